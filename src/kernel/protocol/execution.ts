/** The pending requests of one kernel, each matched by its id with the reply, the outputs and the idle status. */
import type { ExecuteOptions, ExecuteReply, KernelMessage } from '../../domain/kernel/kernel.ts';
import type { MessageQueue } from './message-queue.ts';
import { asksExit, executionCount, inputRefused, isOutputType, replyMissing, toKernelMessage } from './output.ts';
import type { Message } from './wire.ts';

/**
 * A kernel may drop messages, including the idle status, when a reader is slow: after the reply, this time without
 * messages ends the request.
 */
const SILENCE_MS = 2_000;
/** If the idle status came before the reply, this time without messages ends the request as failed. */
const NO_REPLY_MS = 5_000;

interface Execution {
  readonly options: ExecuteOptions;
  readonly settle: (outcome: ExecuteReply | Error) => void;
  reply?: ExecuteReply;
  /** The error in the reply: some kernels show syntax errors nowhere else. */
  error?: KernelMessage | undefined;
  idle: boolean;
  heardAtMs: number;
  inputAsked: boolean;
  errorShown: boolean;
  /** Of a request that was sent ahead: the one before it, and when its messages may be delivered. */
  readonly ahead?: Ahead & { readonly previous: Execution | undefined };
}

export interface Ahead {
  /** Id of the request that was sent before it; absent: that has been answered in another way. */
  readonly after?: string;
  /** Settles when its messages may be delivered; until then it does not settle. */
  readonly opened: Promise<void>;
}

export interface Executions {
  /**
   * Settles when the reply and the idle status have arrived and all outputs are delivered; a silent request, which has
   * none, with its reply. If one of
   * the two does not arrive, silence ends the request; without a reply, it fails.
   */
  begin(id: string, options: ExecuteOptions, ahead?: Ahead): Promise<ExecuteReply>;
  /** Any message of the shell or iopub channel; messages that belong to no execution are ignored. */
  onMessage(message: Message, sizeBytes: number): void;
  /**
   * The kernel asked for input although it was told that there is none: shows why, and the request fails. False for a
   * request of someone else.
   */
  refuseInput(message: Message): boolean;
  /** A part of a message arrived: the wait for silence starts again. */
  touch(): void;
  /**
   * Messages may be missing, for this reason: each request says so. Those that have no reply when the request `probe`,
   * sent now, is answered have lost it.
   */
  bridgeGap(reason: 'link' | 'size', probe: string): void;
  /** Whether any has not ended. */
  areWaiting(): boolean;
  failAll(reason: Error): void;
}

/** `isBehind`: messages of the kernel wait to be read. */
export function createExecutions(queue: MessageQueue, isBehind: () => boolean): Executions {
  // Kept for the kernel's life: threads of a finished cell may still print, and their parent is that cell.
  const all = new Map<string, Execution>();
  const waiting = new Set<Execution>();
  const find = (message: Message) => all.get(String(message.parent['msg_id']));

  function finish(execution: Execution): void {
    if (execution.reply === undefined || !waiting.delete(execution)) return;
    if (execution.error !== undefined && isUnshown(execution))
      queue.push(execution.options.onMessage, execution.error, 0);
    settleOne(queue, execution, execution.reply);
  }

  const endWithoutReply = (execution: Execution) =>
    finish(Object.assign(execution, { reply: { status: 'error' }, error: replyMissing() }));

  const show = showOn(queue);
  const gaps = createGaps(waiting, endWithoutReply);
  const onSilence = silenceWatch(isBehind, waiting);
  return {
    begin(id, options, ahead) {
      if (ahead !== undefined) delayUntilOpened(queue, options, ahead);
      return new Promise((resolve, reject) => {
        const settle = (end: ExecuteReply | Error) => (end instanceof Error ? reject(end) : resolve(end));
        const order = ahead && { ahead: { ...ahead, previous: all.get(ahead.after ?? '') } };
        const execution = { ...newExecution(options, settle), ...order };
        all.set(id, execution);
        waiting.add(execution);
      });
    },
    bridgeGap(reason, probe) {
      gaps.begin(probe);
      for (const execution of waiting) show(execution, { type: 'lost', reason, sizeBytes: 0, isBegun: false }, 0);
    },
    onMessage(message, sizeBytes) {
      gaps.onMessage(message);
      const execution = find(message);
      if (execution === undefined) return;
      execution.heardAtMs = performance.now();
      const { content, header } = message;
      const type = header['msg_type'];
      const state = type === 'status' ? content['execution_state'] : undefined;
      if (type === 'execute_reply') {
        noteReply(execution, content);
        if (execution.options.silent === true) return finish(execution);
        if (!execution.idle) onSilence(execution, SILENCE_MS, finish);
      }
      if (state === 'busy') execution.options.onBegin?.();
      if (state === 'idle' && !execution.idle) {
        execution.idle = true;
        if (execution.reply === undefined) onSilence(execution, NO_REPLY_MS, endWithoutReply);
      }
      if (execution.idle) finish(execution);
      for (const output of outputsOf(message, sizeBytes)) show(execution, output, sizeBytes);
    },
    refuseInput(message) {
      const execution = find(message);
      if (execution === undefined) return false;
      if (!execution.inputAsked) queue.push(execution.options.onMessage, inputRefused(), 0);
      execution.inputAsked = true;
      return true;
    },
    touch() {
      for (const execution of waiting) execution.heardAtMs = performance.now();
    },
    areWaiting: () => waiting.size > 0,
    failAll(reason) {
      for (const execution of waiting) failOne(queue, execution, reason);
      waiting.clear();
    },
  };
}

function noteReply(execution: Execution, content: Message['content']): void {
  execution.reply = readReply(content);
  if (execution.reply.status === 'error' && 'ename' in content) execution.error = toKernelMessage('error', content);
}

function delayUntilOpened(queue: MessageQueue, { onMessage }: ExecuteOptions, { opened }: Ahead): void {
  queue.delay(onMessage);
  void opened.then(() => queue.release(onMessage));
}

function failOne(queue: MessageQueue, execution: Execution, reason: Error): void {
  if (execution.ahead === undefined) execution.settle(reason);
  else void delivered(queue, execution).finally(() => execution.settle(reason));
}

function settleOne(queue: MessageQueue, execution: Execution, reply: ExecuteReply): void {
  const end: ExecuteReply = execution.inputAsked ? { ...reply, status: 'error' } : reply;
  delivered(queue, execution).then(
    () => execution.settle(end),
    (error: unknown) => execution.settle(error as Error),
  );
}

/** Settles when all that the request has shown is delivered. */
function delivered(queue: MessageQueue, { ahead }: Execution): Promise<void> {
  return ahead === undefined ? queue.drained() : ahead.opened.then(queue.drained);
}

/** Ends the requests whose replies were lost while messages were missing. */
function createGaps(waiting: ReadonlySet<Execution>, endWithoutReply: (execution: Execution) => void) {
  const probes = new Map<string, readonly Execution[]>();
  return {
    begin: (probe: string) => void probes.set(probe, [...waiting]),
    onMessage({ header, parent }: Message) {
      if (probes.size === 0 || header['msg_type'] !== 'kernel_info_reply') return;
      const probe = String(parent['msg_id']);
      const unanswered = (probes.get(probe) ?? []).filter((one) => waiting.has(one) && one.reply === undefined);
      probes.delete(probe);
      unanswered.forEach(endWithoutReply);
    },
  };
}

function showOn(queue: MessageQueue) {
  return (execution: Execution, output: KernelMessage, sizeBytes: number): void => {
    if (output.type === 'error') execution.errorShown = true;
    // a kernel that is held back would not send the reply that the delivery waits for
    const isUncounted = output.type === 'lost' || isUnanswered(execution.ahead?.previous);
    if (execution.options.silent !== true) queue.push(execution.options.onMessage, output, isUncounted ? 0 : sizeBytes);
  };
}

function isUnanswered(execution: Execution | undefined): boolean {
  return execution !== undefined && execution.reply === undefined;
}

/** What a message shows; for one beyond the limits: the beginning of a printed text, and that the rest is lost. */
function outputsOf(message: Message, sizeBytes: number): KernelMessage[] {
  const { header, content, lost } = message;
  const type = String(header['msg_type']);
  const isShown = lost === undefined || typeof content['text'] === 'string';
  const output = isShown ? toKernelMessage(type, content, message) : undefined;
  const shown = output === undefined ? [] : [output];
  if (lost === undefined || !isOutputType(type)) return shown;
  return [...shown, { type: 'lost', reason: lost, sizeBytes, isBegun: shown.length > 0 }];
}

function isUnshown({ errorShown, inputAsked, options }: Execution): boolean {
  return !errorShown && !inputAsked && options.silent !== true;
}

function newExecution(options: ExecuteOptions, settle: Execution['settle']): Execution {
  return { options, settle, idle: false, heardAtMs: 0, inputAsked: false, errorShown: false };
}

/** Returns a function that calls `done` after `limitMs` without messages, unless the request has ended before. */
function silenceWatch(isBehind: () => boolean, waiting: ReadonlySet<Execution>) {
  return (execution: Execution, limitMs: number, done: (execution: Execution) => void): void => {
    const timer = setInterval(() => {
      // While the kernel is held back, or a long message is being decoded, its silence means nothing.
      if (isBehind()) execution.heardAtMs = performance.now();
      if (waiting.has(execution) && performance.now() - execution.heardAtMs < limitMs) return;
      clearInterval(timer);
      if (waiting.has(execution)) done(execution);
    }, SILENCE_MS / 4);
    timer.unref();
  };
}

function readReply(content: Message['content']): ExecuteReply {
  const status = content['status'];
  return {
    status: status === 'ok' || status === 'error' ? status : 'aborted',
    ...executionCount(content),
    ...asksExit(content),
  };
}
