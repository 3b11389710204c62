/**
 * A Jupyter client for one kernel: the handshake, requests matched with what answers them, and outputs in order.
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import type { JsonObject } from '../../domain/text/json.ts';
import type { ExecuteOptions, ExecuteReply } from '../../domain/kernel/kernel.ts';
import { openChannels } from './channels.ts';
import type { KernelConnection } from './connection-file.ts';
import { createMessageQueue } from './message-queue.ts';
import { createExecutions } from './execution.ts';
import { createHandshake } from './handshake.ts';
import type { Message } from './wire.ts';

/** How long the last words of a dead kernel may take to arrive. */
const LAST_WORDS_MS = 50;
/**
 * How long a kernel that asks for input may take to be interrupted; also what bounds the answers to one that only
 * asks.
 */
const ANSWER_MS = 100;

export interface Client {
  /** Settles with `kernel_info_reply`'s content once shell and iopub both answer; rejects when the signal aborts. */
  handshake(signal: AbortSignal): Promise<JsonObject>;
  /** As the port's `execute`; rejects with the reason given to `fail`. */
  execute(code: string, options: ExecuteOptions): Promise<ExecuteReply>;
  /** `interrupt_request` on the control channel, for kernels that take no signal. */
  interruptByMessage(): void;
  beats(timeoutMs: number): Promise<boolean>;
  /**
   * Lets last messages arrive, unless its end was wanted when it had nothing to do; then rejects whatever waits. Later
   * calls reject at once.
   */
  fail(reason: Error, wasWanted: boolean): Promise<void>;
  close(): void;
}

interface Flow {
  /** Ask the kernel's process to stand still, or to go on. */
  hold(held: boolean): void;
  /** Interrupt what it executes. */
  interrupt(): void;
  onDisconnect(): void;
}

export function createClient(connection: KernelConnection, limitBytes: number, flow: Flow): Client {
  const queue = createMessageQueue((held) => {
    channels.hold(held);
    flow.hold(held);
  });
  const executions = createExecutions(queue);
  const handshake = createHandshake(() => channels.send('shell', 'kernel_info_request', {}));
  let answer: NodeJS.Timeout | undefined;
  // The answer is for kernels that cannot be interrupted while they wait for one.
  const refuse = (question: Message) => {
    if (answer !== undefined) return;
    flow.interrupt();
    answer = setTimeout(() => {
      answer = undefined;
      channels.send('stdin', 'input_reply', { value: '' }, question.header);
    }, ANSWER_MS);
  };
  let received = false;
  let failed: Error | undefined;

  const channels = openChannels(connection, limitBytes, {
    onDisconnect: flow.onDisconnect,
    onBytes: () => executions.touch(),
    onMessage(channel, message, sizeBytes) {
      received = true;
      handshake.onMessage(channel, message);
      if (channel !== 'stdin') executions.onMessage(message, sizeBytes);
      else if (executions.refuseInput(message)) refuse(message);
    },
  });

  return {
    handshake: (signal) => handshake.complete(signal),
    execute(code, options) {
      if (failed !== undefined) return Promise.reject(failed);
      const { silent = false, storeHistory = !silent } = options;
      const content = {
        code,
        silent,
        store_history: storeHistory,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: false,
      };
      return executions.begin(channels.send('shell', 'execute_request', content), options);
    },
    interruptByMessage: () => void channels.send('control', 'interrupt_request', {}),
    beats: (timeoutMs) => channels.beats(timeoutMs),
    async fail(reason, wasWanted) {
      failed ??= reason;
      received = !wasWanted || executions.areWaiting();
      while (received) {
        received = false;
        await queue.drained().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
      }
      await queue.drained().catch(() => undefined);
      executions.failAll(failed);
    },
    close() {
      clearTimeout(answer);
      channels.close();
    },
  };
}
