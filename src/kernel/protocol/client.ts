/**
 * A Jupyter client for one kernel: the handshake, requests matched with their replies, and outputs in order. Source:
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import type { JsonObject } from '../../domain/text/json.ts';
import type { ExecuteOptions, ExecuteReply } from '../../domain/kernel/kernel.ts';
import type { ChannelListener, Channels } from './channels.ts';
import { createMessageQueue } from './message-queue.ts';
import { createExecutions } from './execution.ts';
import { createHandshake } from './handshake.ts';
import type { Message } from './wire.ts';

/** Time for the last messages of a dead kernel to arrive. */
const LAST_WORDS_MS = 50;
/** Time for a kernel that asks for input to be interrupted; it also limits the answers to a kernel that only asks. */
const ANSWER_MS = 100;

export interface Client {
  /**
   * Settles with the content of `kernel_info_reply` once both shell and iopub answer; rejects when the signal aborts.
   */
  handshake(signal: AbortSignal): Promise<JsonObject>;
  /** As the port's `execute`; rejects with the reason given to `fail`. */
  execute(code: string, options: ExecuteOptions): Promise<ExecuteReply>;
  /** `interrupt_request` on the control channel, for kernels that do not support signals. */
  interruptByMessage(): void;
  /** `shutdown_request` on the control channel; settles when the kernel has answered that it will end. */
  shutDown(): Promise<void>;
  beats(timeoutMs: number): Promise<boolean>;
  /**
   * Lets last messages arrive, unless the end was requested when it had nothing to do; then rejects everything that
   * waits. Later calls reject at once.
   */
  fail(reason: Error, wasWanted: boolean): Promise<void>;
  close(): void;
}

interface Flow {
  /** Pauses or continues the kernel's process. */
  hold(held: boolean): void;
  /** Interrupts what it executes. */
  interrupt(): void;
  onDisconnect(): void;
}

/** `open` connects to the kernel, in whatever way it is reached. */
export function createClient(open: (listener: ChannelListener) => Channels, flow: Flow): Client {
  const queue = createMessageQueue((held) => {
    channels.hold(held);
    flow.hold(held);
  });
  const executions = createExecutions(queue, () => queue.isHeld() || channels.isDecoding());
  const handshake = createHandshake(() => channels.send('shell', 'kernel_info_request', {}));
  const shutdownAnswered = Promise.withResolvers<void>();
  let answer: NodeJS.Timeout | undefined;
  // The answer is for kernels that cannot be interrupted while they wait for input.
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

  const channels = open({
    onDisconnect: flow.onDisconnect,
    onBytes: () => executions.touch(),
    onMessage(channel, message, sizeBytes) {
      received = true;
      handshake.onMessage(channel, message);
      if (message.header['msg_type'] === 'shutdown_reply') shutdownAnswered.resolve();
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
    shutDown() {
      channels.send('control', 'shutdown_request', { restart: false });
      return shutdownAnswered.promise;
    },
    beats: (timeoutMs) => channels.beats(timeoutMs),
    async fail(reason, wasWanted) {
      failed ??= reason;
      received = !wasWanted || executions.areWaiting();
      while (received) {
        received = false;
        await channels.decoded();
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
