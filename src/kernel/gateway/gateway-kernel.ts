/** One kernel of a gateway, from its creation until it is deleted there. */
import { setTimeout as wait } from 'node:timers/promises';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import { isJsonObject } from '../../domain/text/json.ts';
import {
  KernelDiedError,
  type ExecuteOptions,
  type ExecuteReply,
  type FilesToSend,
  type Kernel,
  type KernelDeath,
  type KernelMessage,
  type KernelRequest,
} from '../../domain/kernel/kernel.ts';
import type { FolderSource } from '../../domain/parameter/folder-source.ts';
import { createClient, type Client } from '../protocol/client.ts';
import { describeEnvironment } from '../protocol/kernel-info.ts';
import type { MessageDecoder } from '../protocol/wire.ts';
import { openGatewayChannels } from './gateway-channels.ts';
import { createFileFetch, type FetchLimits } from './gateway-file.ts';
import { prepareFolders, REMOVE_MS } from './gateway-folder.ts';
import type { GatewayHttp } from './gateway-http.ts';
import type { GatewayRecords } from './gateway-record.ts';
import { sendFiles, sendUploads, type SendPieces } from './gateway-send.ts';
import { END_PROGRAM, receiveExpression, startExpression } from './gateway-program.ts';

const DELETE_MS = 5_000;
const DELETE_ATTEMPTS = 3;
const RESTART_MS = 5_000;
const RESTART_LOOK_MS = 500;
const ANNOUNCEMENT_MIME = 'application/vnd.script-runner+json';
/** Announcements of one cell that wait for their files; beyond them, downloads are found at the end of the run. */
const HELD_BACK = 1_000;

export interface GatewayKernelOptions {
  readonly http: GatewayHttp;
  /** A gateway on a cluster answers only when the kernel has started. */
  readonly startTimeoutMs: number;
  readonly messageBytes: number;
  readonly decodeLong?: MessageDecoder;
  readonly timezone?: string | undefined;
  readonly limits: FetchLimits;
  /** See `GatewayLink`. */
  readonly gapMs?: number;
  /** Finds the files beside the script of a request, up to a limit; absent: none is sent. */
  readonly filesOf?: (request: KernelRequest, limitBytes?: number) => Promise<FilesToSend>;
  /** How kernels of a language other than Python are given files; absent, or undefined: they get none. */
  readonly folderOf?: (language: string) => FolderSource | undefined;
  /** Remembers kernels beyond the end of this process; absent: nothing does. */
  readonly records?: GatewayRecords;
  /** Called with the id of a kernel that could not be deleted. */
  readonly onLeftover?: (kernelId: string, error: unknown) => void;
}

export interface GatewaySpec {
  readonly name: string;
  /** Lower-case. */
  readonly language: string;
}

interface StartedKernel extends Omit<Kernel, 'readyMs'> {
  /** Files beside the script that it does not have; undefined: it has none of them. */
  readonly unsent: readonly string[] | undefined;
}

/** Throws `unavailable`, and the signal's reason when aborted; then the kernel is deleted. */
export async function startGatewayKernel(
  options: GatewayKernelOptions,
  spec: GatewaySpec,
  request: KernelRequest,
  signal: AbortSignal,
): Promise<StartedKernel> {
  const { http } = options;
  const kernelId = await createKernel(options, spec, signal);
  const { promise: died, resolve: settleDeath } = Promise.withResolvers<KernelDeath>();
  let ending: Promise<void> | undefined;
  const end = (death: KernelDeath, wasWanted: boolean) =>
    (ending ??= (async () => {
      const deleted = (wasWanted ? Promise.resolve() : untilRestarted(http, kernelId)).then(() =>
        deleteKernel(options, kernelId),
      );
      await client.fail(new KernelDiedError(death), wasWanted);
      client.close();
      await deleted;
      settleDeath(death);
    })());
  const interrupt = async () => {
    await http.call('POST', `kernels/${kernelId}/interrupt`);
  };
  const client: Client = createClient(
    (listener) =>
      openGatewayChannels(
        {
          address: http.address,
          kernelId,
          limitBytes: options.messageBytes,
          ...defined({ decodeLong: options.decodeLong, gapMs: options.gapMs }),
          isThere: async () => (await http.call('GET', `kernels/${kernelId}`)) !== undefined,
          onLost: (reason) => void end({ reason, tail: '' }, false),
        },
        listener,
      ),
    { interrupt: () => void interrupt().catch(() => undefined), hold: () => undefined, onDisconnect: () => undefined },
  );
  let leave: (() => Promise<void>) | undefined;
  const kill = async () => {
    if (ending === undefined) await leave?.();
    await end({ tail: '' }, true);
  };
  try {
    await options.records?.add(kernelId, request.runId, request.attempt ?? 0);
    const info = await orDied(client.handshake(limitOf(signal, options.startTimeoutMs)), died);
    const preparing = prepare(client, options, { language: spec.language, request, signal });
    if (spec.language !== 'python') leave = () => leaveFolders(preparing);
    const { remove: _, ...prepared } = await orAborted(preparing, signal);
    return {
      ...prepared,
      supply: 'gateway',
      environment: describeEnvironment(info),
      died,
      interrupt,
      kill,
    };
  } catch (error) {
    await kill();
    if (signal.aborted || error instanceof AppError) throw error;
    const why = error instanceof KernelDiedError ? error.death.reason : (error as Error).message;
    throw new AppError(
      'unavailable',
      `The kernel ${spec.name} of the gateway ${http.address.shown} did not become ready: ${why}`,
      { cause: error },
    );
  }
}

interface PreparedKernel extends Pick<Kernel, 'execute' | 'fetchFiles' | 'endProgram'> {
  readonly unsent: readonly string[] | undefined;
  /** What is done before the kernel is deleted. */
  readonly remove?: () => Promise<void>;
}

interface Preparation {
  readonly language: string;
  readonly request: KernelRequest;
  readonly signal: AbortSignal;
}

async function prepare(
  client: Client,
  options: GatewayKernelOptions,
  { language, request, signal }: Preparation,
): Promise<PreparedKernel> {
  if (language === 'python') return preparePython(client, options, request);
  const source = options.folderOf?.(language);
  if (source === undefined) return { unsent: undefined, execute: client.execute };
  const files = await options.filesOf?.(request, source.limitBytes).catch(() => undefined);
  return prepareFolders(client.execute, source, request, { files, signal });
}

/** Never throws, and takes a bounded time. */
async function leaveFolders(preparing: Promise<PreparedKernel>): Promise<void> {
  const left = preparing.then(({ remove }) => remove?.()).catch(() => undefined);
  await Promise.race([left, wait(REMOVE_MS, undefined, { ref: false })]);
}

async function preparePython(
  client: Client,
  { timezone, filesOf, limits }: GatewayKernelOptions,
  request: KernelRequest,
): Promise<PreparedKernel> {
  const files = await filesOf?.(request).catch(() => undefined);
  await client.evaluate(await startExpression(request, timezone, files?.folder));
  const send: SendPieces = async (pieces) => void (await client.evaluate(receiveExpression(pieces)));
  if (request.uploads !== undefined) await sendUploads(request.uploads, send);
  const unsent = files === undefined ? undefined : await sendFiles(files, send);
  return { unsent, ...withFiles(client, request, limits) };
}

/** A Python kernel: its announcements of files are delivered when the files are here. */
function withFiles(
  client: Client,
  { outputDirectory }: KernelRequest,
  limits: FetchLimits,
): Pick<Kernel, 'execute' | 'fetchFiles' | 'endProgram'> {
  const files = createFileFetch((expression) => client.evaluate(expression), outputDirectory, limits);
  let tell: ExecuteOptions['onMessage'] = () => undefined;
  let hasTold = false;
  const fetch = async () => {
    if ((await files.fetch()) || hasTold) return;
    hasTold = true;
    await tell({ type: 'lost', reason: 'files', sizeBytes: 0, isBegun: false });
  };
  const execute = async (code: string, options: ExecuteOptions): Promise<ExecuteReply> => {
    const held: KernelMessage[] = [];
    if (options.silent !== true) tell = options.onMessage;
    const onMessage = (message: KernelMessage) => {
      if (!announcesFile(message)) return options.onMessage(message);
      if (held.length < HELD_BACK) held.push(message);
      return undefined;
    };
    const reply = await client.execute(code, { ...options, onMessage });
    if (held.length > 0) {
      await fetch();
      for (const message of held.splice(0)) await options.onMessage(message);
    }
    return reply;
  };
  return {
    execute,
    fetchFiles: fetch,
    endProgram: ({ onMessage }) => execute(END_PROGRAM, { onMessage, storeHistory: false }),
  };
}

function announcesFile(message: KernelMessage): boolean {
  if (message.type !== 'display') return false;
  const said = message.data[ANNOUNCEMENT_MIME];
  return isJsonObject(said) && (said['kind'] === 'download' || said['kind'] === 'table');
}

/** A kernel that is created although nobody waits for it any more is deleted. */
async function createKernel(
  options: GatewayKernelOptions,
  { name }: GatewaySpec,
  signal: AbortSignal,
): Promise<string> {
  const { http, startTimeoutMs } = options;
  signal.throwIfAborted();
  const creating = http.call('POST', 'kernels', { body: { name }, timeoutMs: startTimeoutMs }).then((made) => {
    const id = isJsonObject(made) ? made['id'] : undefined;
    if (typeof id !== 'string' || !/^[\w-]{1,100}$/.test(id))
      throw new AppError('unavailable', `The gateway ${http.address.shown} did not start the kernel ${name}.`);
    return id;
  });
  try {
    return await orAborted(creating, signal);
  } catch (error) {
    void creating.then(
      (id) => deleteKernel(options, id),
      () => undefined,
    );
    throw error;
  }
}

/**
 * A server starts a kernel again whose process has ended, and forgets the new process if the kernel is deleted
 * meanwhile: waits until it has started, at most for a bounded time. Never throws.
 */
async function untilRestarted(http: GatewayHttp, kernelId: string): Promise<void> {
  for (const endMs = performance.now() + RESTART_MS; performance.now() < endMs;) {
    await wait(RESTART_LOOK_MS);
    const said = await http.call('GET', `kernels/${kernelId}`, { timeoutMs: DELETE_MS }).catch(() => undefined);
    const state = isJsonObject(said) ? said['execution_state'] : 'gone';
    if (state !== 'busy' && state !== 'restarting') return;
  }
}

/** False: it could not be deleted, after a few attempts; it is looked for later if it is recorded. Never throws. */
export async function deleteKernel(
  { http, records, onLeftover }: Pick<GatewayKernelOptions, 'http' | 'records' | 'onLeftover'>,
  kernelId: string,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await http.call('DELETE', `kernels/${kernelId}`, { timeoutMs: DELETE_MS });
      await records?.end(kernelId, true);
      return true;
    } catch (error) {
      if (attempt < DELETE_ATTEMPTS) continue;
      await records?.end(kernelId, false);
      onLeftover?.(kernelId, error);
      return false;
    }
  }
}

function limitOf(signal: AbortSignal, ms: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}

function orDied<T>(promise: Promise<T>, died: Promise<KernelDeath>): Promise<T> {
  return Promise.race([
    promise,
    died.then((death) => {
      throw new KernelDiedError(death);
    }),
  ]);
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
