/**
 * A Jupyter client for one kernel: the handshake, requests matched with their replies, and outputs in order. Source:
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import { defined } from '../../domain/defined.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import type { ExecuteOptions, ExecuteReply, RequestAhead, UnclaimedRequest } from '../../domain/kernel/kernel.ts';
import { idOf, type ChannelListener, type Channels } from './channels.ts';
import { createEvaluations, VALUE } from './evaluation.ts';
import { createMessageQueue } from './message-queue.ts';
import { createExecutions, type Ahead, type Executions } from './execution.ts';
import { createHandshake } from './handshake.ts';
import { createPulse } from './pulse.ts';
import type { Message } from './wire.ts';

/** Time for the last messages of a dead kernel to arrive. */
const LAST_WORDS_MS = 50;
/** Time for a kernel that asks for input to be interrupted; it also limits the answers to a kernel that only asks. */
const ANSWER_MS = 100;

export interface Client {
  /**
   * Settles with the content of `kernel_info_reply` once both shell and iopub answer; rejects when the signal aborts.
   * `known`: see `Handshake`.
   */
  handshake(signal: AbortSignal, known?: JsonObject): Promise<JsonObject>;
  /** See `Handshake`. */
  hasWelcomed(): boolean;
  /** As the port's `execute`; rejects with the reason given to `fail`. */
  execute(code: string, options: ExecuteOptions): Promise<ExecuteReply>;
  /** As the port's; for kernels that execute nothing `after` a request that has failed (`request_order.py`). */
  executeAfter(code: string, options: ExecuteOptions, unless?: ReasonNot): RequestAhead;
  /** A kernel of ours waits for its run at this socket (`run_request.py`); the reply says whether it has taken it. */
  awaitRun(path: string): Promise<ExecuteReply>;
  /**
   * As `executeAfter`, but `pass` gives it to the kernel. Until it is claimed, others are sent as if it had not been
   * passed.
   */
  executeUnclaimed(code: string, unless: ReasonNot, pass: (message: Message) => void): UnclaimedRequest;
  /** The plain text of an expression's value, evaluated silently. Rejects with what it raises, and as `execute`. */
  evaluate(expression: string): Promise<string>;
  /** `interrupt_request` on the control channel, for kernels that do not support signals. */
  interruptByMessage(): void;
  /** `shutdown_request` on the control channel; settles when the kernel has answered that it will end. */
  shutDown(): Promise<void>;
  /** See `Pulse`. */
  beats(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /**
   * Lets last messages arrive, unless the end was requested when it had nothing to do; then rejects everything that
   * waits. Later calls reject at once.
   */
  fail(reason: Error, wasWanted: boolean): Promise<void>;
  close(): void;
}

/** What keeps a request that was sent ahead from being executed (`request_order.py`). */
export type ReasonNot = 'program' | 'cells';

interface Flow {
  /** Pauses or continues the kernel's process. */
  hold(held: boolean): void;
  /** Interrupts what it executes. */
  interrupt(): void;
  onDisconnect(): void;
}

/** Of all requests: nothing else that they do not ask for. */
const REQUEST = { user_expressions: {}, allow_stdin: false, stop_on_error: false };

/** `open` connects to the kernel, in whatever way it is reached. */
export function createClient(open: (listener: ChannelListener) => Channels, flow: Flow): Client {
  const queue = createMessageQueue((held) => {
    channels.hold(held);
    flow.hold(held);
  });
  const executions = createExecutions(queue, () => queue.isHeld() || channels.isDecoding());
  const evaluations = createEvaluations();
  const handshake = createHandshake(() => channels.send('shell', 'kernel_info_request', {}));
  const pulse = createPulse(() => channels.send('control', 'kernel_info_request', {}));
  const shutdownAnswered = Promise.withResolvers<void>();
  const refusal = createRefusal(flow, ({ header }) => channels.send('stdin', 'input_reply', { value: '' }, header));
  let received = false;
  let failed: Error | undefined;

  const channels = open({
    onDisconnect: flow.onDisconnect,
    onBytes: () => executions.touch(),
    onGap(reason) {
      // the kernel answers in the order of the requests: what it has not answered before this, it will not answer
      executions.bridgeGap(reason, channels.send('shell', 'kernel_info_request', {}));
    },
    onMessage(channel, message, sizeBytes) {
      received = true;
      handshake.onMessage(channel, message);
      if (message.header['msg_type'] === 'shutdown_reply') shutdownAnswered.resolve();
      if (channel === 'control') pulse.onMessage(message);
      if (channel === 'shell') evaluations.onMessage(message);
      if (channel !== 'stdin') executions.onMessage(message, sizeBytes);
      else if (executions.refuseInput(message)) refusal.answer(message);
    },
  });

  const { request, ...sending } = createRequests(channels, executions, () => failed);

  return {
    handshake: (signal, known) => handshake.complete(signal, known),
    hasWelcomed: handshake.hasWelcomed,
    ...sending,
    evaluate(expression) {
      if (failed !== undefined) return Promise.reject(failed);
      const content = { code: '', silent: true, store_history: false, user_expressions: { [VALUE]: expression } };
      return evaluations.begin(request(content));
    },
    interruptByMessage: () => void channels.send('control', 'interrupt_request', {}),
    shutDown() {
      channels.send('control', 'shutdown_request', { restart: false });
      return shutdownAnswered.promise;
    },
    beats: pulse.beats,
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
      evaluations.failAll(failed);
    },
    close() {
      refusal.stop();
      channels.close();
    },
  };
}

/** `failure`: why the kernel is no longer there. */
function createRequests(channels: Channels, executions: Executions, failure: () => Error | undefined) {
  /** Id of the last one that executes code of a run. */
  let last = '';
  const request = (content: JsonObject) => channels.send('shell', 'execute_request', { ...REQUEST, ...content });
  const contentOf = (code: string, { silent = false, storeHistory = !silent }: ExecuteOptions): JsonObject => ({
    code,
    silent,
    store_history: storeHistory,
  });
  /** `send`: sends the request, and returns its id. */
  function begin(send: () => string, options: ExecuteOptions, ahead?: Ahead): Promise<ExecuteReply> {
    const failed = failure();
    return failed === undefined ? executions.begin(send(), options, ahead) : Promise.reject(failed);
  }
  function beginAhead(send: () => string, options: ExecuteOptions, after?: string): RequestAhead {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const reply = begin(send, options, { opened, ...defined({ after }) });
    reply.catch(() => undefined); // nobody waits for one that is never opened
    return { open, reply };
  }

  return {
    request,
    awaitRun: (path: string) =>
      begin(() => (last = channels.send('shell', 'run_request', { path })), {
        silent: true,
        onMessage: () => undefined,
      }),
    execute: (code: string, options: ExecuteOptions): Promise<ExecuteReply> =>
      begin(() => (last = request(contentOf(code, options))), options),
    executeAfter(code: string, options: ExecuteOptions, unless?: ReasonNot): RequestAhead {
      const after = last;
      const send = () => (last = request({ ...contentOf(code, options), after, ...defined({ unless }) }));
      return beginAhead(send, options, after);
    },
    executeUnclaimed(code: string, unless: ReasonNot, pass: (message: Message) => void): UnclaimedRequest {
      let claimed: ExecuteOptions | undefined;
      let hasBegun = false;
      const begin = () => {
        hasBegun = true;
        claimed?.onBegin?.();
      };
      // it is opened by whoever claims it
      const options: ExecuteOptions = { onMessage: (message) => claimed?.onMessage(message), onBegin: begin };
      const message = channels.compose('execute_request', {
        ...REQUEST,
        ...contentOf(code, options),
        after: last,
        unless,
      });
      const send = () => {
        pass(message);
        return idOf(message);
      };
      const ahead = beginAhead(send, options);
      return {
        begin,
        claim(given) {
          [last, claimed] = [idOf(message), given];
          if (hasBegun) given.onBegin?.();
          return ahead;
        },
      };
    },
  };
}

/** Ends the wait of a kernel for input. The answer is for kernels that cannot be interrupted while they wait. */
function createRefusal(flow: Pick<Flow, 'interrupt'>, reply: (question: Message) => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    answer(question: Message) {
      if (timer !== undefined) return;
      flow.interrupt();
      timer = setTimeout(() => {
        timer = undefined;
        reply(question);
      }, ANSWER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
