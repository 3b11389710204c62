/** Assigns a waiting Python kernel to a run: folder, variables and values, over a private socket. */
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../../domain/error.ts';
import {
  KernelDiedError,
  type ExecuteReply,
  type KernelRequest,
  type RecordedCell,
} from '../../domain/kernel/kernel.ts';
import { runEnvironment } from './environment.ts';
import type { KernelProcess, WaitingRequest } from './kernel-process.ts';
import { enter, type LaunchContext } from './launch.ts';
import { acceptOne } from './accept-one.ts';
import { watchHeartbeat } from './heartbeat.ts';
import { paramsPath } from './params-file.ts';
import type { AssignedRun } from '../sandbox/supervisor.ts';
import type { Message } from '../protocol/wire.ts';

/** Time until it has begun to wait, on a very busy machine. */
const REACH_MS = 60_000;

/** Longest answer of a kernel that has taken its run. */
const ANSWER_CHARS = 10_000;

/**
 * What a kernel does for the first time takes three times as long as the second time, so it is done while nobody waits.
 * This includes the whole request that will assign it to a run, except for the run itself. Leaves no trace in the
 * kernel's names and counters. Throws as `Client.execute`, and `unavailable`.
 */
export async function warmUp(process: KernelProcess): Promise<void> {
  await process.client.execute('print("warm")', { storeHistory: false, onMessage: () => undefined });
  process.waiting = await waitForRun(process);
}

async function waitForRun({ client, directory }: KernelProcess): Promise<WaitingRequest> {
  const asking = Promise.withResolvers<ExecuteReply>();
  const ended = asking.promise.then(() => {
    throw new Error('The request ended.');
  });
  ended.catch(() => undefined); // whoever takes the kernel hears it
  const socket = await acceptOne(join(directory, 'run'), {
    notify(path) {
      asking.resolve(client.awaitRun(path));
    },
    ended,
    who: 'The kernel',
    timeoutMs: REACH_MS,
  });
  socket.on('error', () => undefined); // a kernel that is gone does not answer the request either
  return { socket, taken: asking.promise };
}

/**
 * As `assignToRun`, but false for a kernel that died or stopped answering while it waited: then another one is used.
 */
export async function tryAssignToRun(
  context: LaunchContext,
  process: KernelProcess,
  request: KernelRequest,
): Promise<boolean> {
  try {
    await assignToRun(context, process, request);
    return true;
  } catch (error) {
    if (error instanceof KernelDiedError) return false;
    throw error;
  }
}

/**
 * Does nothing if the kernel was made for the run. Throws `unavailable` when the kernel cannot take the run and
 * `KernelDiedError` when it no longer answers; then it is killed.
 */
export async function assignToRun(
  context: LaunchContext,
  process: KernelProcess,
  request: KernelRequest,
): Promise<void> {
  if (process.isAssigned === true) return;
  let isGone = false;
  void process.supervisor.ended.then(() => {
    isGone = true;
  });
  const stopWatching = watchHeartbeat(process);
  try {
    await handOver(context, process, request);
  } catch (error) {
    const died = isGone;
    await process.kill();
    throw died ? new KernelDiedError(await process.died) : error;
  } finally {
    stopWatching();
  }
}

/** `directory`: the kernel's private folder. */
export function assignedRun(directory: string, request: KernelRequest): AssignedRun {
  const file = paramsPath(directory);
  return {
    directory: request.directory,
    environment: runEnvironment(request, file),
    params: { file, text: JSON.stringify(request.params) },
  };
}

async function handOver(context: LaunchContext, process: KernelProcess, request: KernelRequest): Promise<void> {
  const { directory, supervisor } = process;
  const { socket, taken } = process.waiting ?? (await waitForRun(process));
  const answered = answerOf({ socket, taken });
  answered.catch(() => undefined); // until it is waited for
  const entered = enter(context, supervisor, directory, request);
  if (process.awaitsFolders !== true) await entered;
  const cells = request.firstCells ?? [];
  const order = { ...assignedRun(directory, request), cells: cells.map(({ source }) => source) };
  socket.write(`${JSON.stringify(order)}\n`);
  const stopSending = sendOnceStored(process, socket, request);
  await entered;
  const answer = await answered.finally(stopSending);
  if (answer === undefined)
    throw new AppError('unavailable', `The kernel could not enter the folder ${request.directory}.`);
  const executed = readExecuted(answer, cells);
  if (executed === undefined) {
    await process.kill();
    throw new KernelDiedError(await process.died);
  }
  process.executed = executed;
  if (executed.size === cells.length) process.sentFirst?.begin();
}

/** Until the function that it returns is called: then it is known which cell is the next one. */
function sendOnceStored(process: KernelProcess, socket: Socket, { firstRequest }: KernelRequest): () => void {
  const pass = ({ header, parent, metadata, content, buffers }: Message) => {
    const { msg_id, msg_type } = header;
    const request = { header, msg_id, msg_type, parent_header: parent, metadata, content, buffers };
    socket.end(`${JSON.stringify(request)}\n`);
  };
  void firstRequest?.mayBegin.then((may) => {
    if (!may || socket.writableEnded) return;
    const { cell, source } = firstRequest;
    process.sentFirst = { ...process.client.executeUnclaimed(source, 'cells', pass), cell };
  });
  return () => void (socket.writableEnded || socket.end());
}

/**
 * A line of JSON, see `assign_to_run.py`; less if the kernel took the run and then said nothing, undefined if it could
 * not take it. Rejects as `taken`.
 */
async function answerOf({ socket, taken }: WaitingRequest): Promise<string | undefined> {
  let text = '';
  const { promise: said, resolve } = Promise.withResolvers<string>();
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.endsWith('\n') || text.length > ANSWER_CHARS) resolve(text);
  });
  socket.once('close', () => resolve(text));
  const refused = taken.then(({ status }) => (status === 'ok' ? said : undefined));
  const answer = await Promise.race([said, refused]);
  return answer === '' && (await taken).status !== 'ok' ? undefined : answer;
}

/** Undefined: nobody knows what it has executed. */
function readExecuted(
  answer: string,
  cells: NonNullable<KernelRequest['firstCells']>,
): ReadonlyMap<number, RecordedCell> | undefined {
  try {
    const done = JSON.parse(answer) as readonly (readonly [number, number])[];
    return new Map(
      done.map(([executionCount, ms], place) => [
        cells[place]!.index,
        { status: 'ok', messages: [], executionCount, ms: Math.round(ms) },
      ]),
    );
  } catch {
    return undefined;
  }
}
