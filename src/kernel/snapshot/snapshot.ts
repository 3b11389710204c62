/**
 * A process that has run the first cells of a script, under a supervisor like any kernel, and forks kernels that
 * continue from there.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../domain/error.ts';
import type { ConnectPrefix, KernelDeath, Prefix, RecordedCell, SnapshotProblem } from '../../domain/kernel/kernel.ts';
import { createMask, type Mask } from '../../domain/mask/mask.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { baseEnvironment } from '../process/environment.ts';
import { forkKernel } from '../supply/fork-kernel.ts';
import { NUMERIC_THREADS } from '../supply/fork-server-process.ts';
import { supervisorPlan } from '../sandbox/supervisor-plan.ts';
import { spawnSupervisor, type Supervisor } from '../sandbox/supervisor.ts';
import type { KernelProcess } from '../process/kernel-process.ts';
import type { LaunchContext } from '../process/launch.ts';
import { acceptOne } from '../process/accept-one.ts';
import { firstDescendant, memoryOf } from '../../system/proc.ts';
import { RUNTIME_VARIABLE } from '../sandbox/runtime-directory.ts';
import { readCell, readModules, type ProjectModule } from './snapshot-record.ts';
import { openChannel, type SnapshotChannel } from './snapshot-channel.ts';

const PROGRAM = fileURLToPath(
  new URL('../../../python/script_runner_kernel/snapshot/snapshot_server.py', import.meta.url),
);
const SETTLE_MS = 60_000;
/** For the supervisor of one kernel: the runs of all others end with it if it is destroyed. */
const CLONE_OBEY_MS = 60_000;
/** Recorded outputs wait in the server's memory. */
const RECORD_BYTES = 20_000_000;

export interface Snapshot {
  /** When its first cell began: no data in it is older. */
  readonly takenAtMs: number;
  readonly cells: ReadonlyMap<number, RecordedCell>;
  /** Key of the connections that it could use. */
  readonly fingerprint: string;
  /** Settles when the process has exited, and with it all kernels that were forked from it. */
  readonly gone: Promise<void>;
  /**
   * A kernel that has run the cells. Throws as `forkKernel`, and `unavailable` if it could not be isolated from others.
   */
  fork(signal: AbortSignal): Promise<KernelProcess>;
  /** False when the project's modules or the installed packages have changed since, or the process has exited. */
  isFresh(): Promise<boolean>;
  memoryBytes(): Promise<number>;
  /** Ends the process when its last kernel has ended. */
  retire(): Promise<void>;
  /** Ends the process and all its kernels. */
  close(): Promise<void>;
}

/** The cells cannot be run in advance, for a reason that their author should know. */
export class SnapshotRefused extends Error {
  readonly problem: SnapshotProblem;

  constructor(problem: SnapshotProblem) {
    super(problem.reason);
    this.problem = problem;
  }
}

export interface SnapshotOrder {
  readonly python: string;
  readonly prefix: Prefix;
  readonly connect: ConnectPrefix;
  readonly signal: AbortSignal;
  /** Supervisors of living snapshots: contains the new one's from before its first cell until its end. */
  readonly supervisors: Set<Supervisor>;
}

/** Throws `SnapshotRefused`; then nothing is left behind. Aborted: as if it was refused. */
export async function takeSnapshot(
  context: LaunchContext,
  { python, prefix, connect, signal, supervisors }: SnapshotOrder,
): Promise<Snapshot> {
  const directory = await context.runtime.next();
  const supervisor = spawnSupervisor(
    context.supervisorPython,
    { ...supervisorPlan(context.sandbox, directory), snapshot: true },
    { [RUNTIME_VARIABLE]: context.runtime.path },
  );
  supervisors.add(supervisor);
  void supervisor.gone.then(() => supervisors.delete(supervisor));
  const abort = () => supervisor.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await take(context, { python, prefix, directory, supervisor }, connect);
  } catch (error) {
    supervisor.destroy();
    await supervisor.gone;
    await context.runtime.remove(directory);
    throw error instanceof SnapshotRefused
      ? error
      : new SnapshotRefused({ reason: error instanceof Error ? error.message : String(error) });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface BuildContext {
  readonly python: string;
  readonly prefix: Prefix;
  readonly directory: string;
  readonly supervisor: Supervisor;
}

async function take(context: LaunchContext, build: BuildContext, connect: ConnectPrefix): Promise<Snapshot> {
  const { prefix, directory, supervisor } = build;
  const takenAtMs = Date.now();
  const ended = supervisor.ended.then((death): never => {
    throw new AppError('unavailable', deathWords(death));
  });
  ended.catch(() => undefined);
  const link = join(directory, 'link');
  await mkdir(link, { mode: 0o700 });
  const connections = await connect(prefix.script, link);
  await isolate(context, build, [link], connections.writablePaths);
  const outputBytes = Math.min(prefix.outputBytes, RECORD_BYTES);
  const start = (path: string) =>
    void supervisor.start({
      argv: [build.python, PROGRAM, path, String(outputBytes), prefix.tables],
      cwd: prefix.directory,
      env: {
        ...baseEnvironment(context.environment, join(directory, 'home'), join(directory, 'tmp')),
        ...NUMERIC_THREADS,
        ...connections.environment,
        [RUNTIME_VARIABLE]: context.runtime.path,
        SCRIPT_RUNNER_RUN_ID: 'snapshot',
      },
    });
  const socket = await Promise.race([
    acceptOne(join(directory, 's'), {
      notify: start,
      timeoutMs: context.startTimeoutMs,
      ended,
      who: 'The process of the snapshot',
    }),
    ended,
  ]);
  const channel = openChannel(socket, outputBytes, ended);
  const cells = await runCells(channel, prefix, takenAtMs, createMask(connections.secrets));
  const settled = await channel.request({ do: 'settle' }, SETTLE_MS);
  const packages = String(settled['folder']);
  return createSnapshot(context, {
    ...build,
    channel,
    ended,
    packages,
    packagesMs: await modifiedMs(packages),
    modules: readModules(settled),
    takenAtMs,
    cells,
    fingerprint: connections.fingerprint,
  });
}

/**
 * The cells have the sandbox of a run, but no overlay over the scripts: each run must have its own copy of what they
 * would write there.
 */
async function isolate(
  { sandbox, overlayRoot }: LaunchContext,
  { supervisor, directory }: BuildContext,
  readable: readonly string[],
  writable: readonly string[],
): Promise<void> {
  const made = await supervisor.isolation;
  if (!['mount', 'pid', 'files'].every((name) => made.includes(name)))
    throw new SnapshotRefused({
      reason: 'Runs cannot be isolated here, which snapshots need ("script-runner doctor" says why).',
    });
  const around = [overlayRoot ?? [], ...writable].flat();
  const inner = sandbox.hide.find((hidden) => around.some((folder) => isBelow(hidden, folder)));
  if (inner !== undefined)
    throw new SnapshotRefused({
      reason: `${inner} is among the scripts, and could not be hidden from the runs of a snapshot: put the scripts into a folder "scripts" of their own.`,
    });
  await supervisor.enter({
    root: null,
    scratch: join(directory, 'overlay'),
    show: [...readable.map((path) => [path, false] as const), ...writable.map((path) => [path, true] as const)],
    watch: ['home', 'tmp'].map((name) => join(directory, name)),
  });
}

function isBelow(path: string, folder: string): boolean {
  return path !== folder && `${path}/`.startsWith(`${folder}/`);
}

function deathWords({ limit, outOfMemory, signal, exitCode }: KernelDeath): string {
  if (limit !== undefined)
    return limit.name === 'memory'
      ? `needs more memory than a run may have (${sizeWords(limit.value)})`
      : `exceeds a limit of a run (${limit.name}: ${limit.value})`;
  return outOfMemory === true
    ? 'needs more memory than there is'
    : `ends the program (${signal ?? `exit code ${exitCode}`})`;
}

async function runCells(
  channel: SnapshotChannel,
  { cells, cellMs, wallMs }: Prefix,
  startMs: number,
  mask: Mask,
): Promise<Map<number, RecordedCell>> {
  const recorded = new Map<number, RecordedCell>();
  for (const { index, source, mayFail } of cells) {
    const refuse = (reason: string): never => {
      throw new SnapshotRefused({ cell: index, reason: mask.text(reason) });
    };
    const beganMs = Date.now();
    const reply = await channel
      .request({ do: 'cell', source }, Math.min(cellMs, wallMs - (beganMs - startMs)))
      .catch((error: unknown) => refuse(`It ${(error as Error).message}.`));
    const cell = readCell(reply, Date.now() - beganMs);
    if (typeof reply['fault'] === 'string') refuse(`It ${reply['fault']}.`);
    const error = cell.messages.findLast((message) => message.type === 'error');
    if (cell.status === 'error' && !mayFail)
      refuse(`It fails${error === undefined ? '.' : `: ${error.name}: ${error.value}`}`);
    recorded.set(index, cell);
  }
  return recorded;
}

interface SnapshotParts extends BuildContext {
  readonly channel: SnapshotChannel;
  readonly ended: Promise<never>;
  readonly packages: string;
  readonly packagesMs: number;
  readonly modules: readonly ProjectModule[];
  readonly takenAtMs: number;
  readonly cells: ReadonlyMap<number, RecordedCell>;
  readonly fingerprint: string;
}

function createSnapshot(
  context: LaunchContext,
  { supervisor, directory, channel, ended, python, packages, packagesMs, modules, ...made }: SnapshotParts,
): Snapshot {
  const children = new Set<Promise<unknown>>();
  let alive = true;
  let clones = 0;
  const gone = supervisor.ended.then(async () => {
    alive = false;
    await supervisor.gone;
    await Promise.all(children);
    await context.runtime.remove(directory);
  });
  const close = async () => {
    supervisor.kill();
    const timer = setTimeout(() => supervisor.destroy(), 3_000);
    await gone;
    clearTimeout(timer);
  };
  return {
    takenAtMs: made.takenAtMs,
    cells: made.cells,
    fingerprint: made.fingerprint,
    gone,
    close,
    async fork(signal) {
      const cloneSocket = join(directory, `c${++clones}`);
      const process = await forkKernel(
        context,
        {
          python,
          ended,
          complaint: () => '',
          pid: supervisor.pid,
          fork: (command) => supervisor.clone({ ...command, cloneSocket }),
          connected: () => channel.send({ do: 'fork', cloneSocket, isolate: [...context.sandbox.isolate] }),
          // A supervisor that does not obey is known only by its process id in the snapshot's namespace: everything
          // forked from here ends.
          destroy: () => supervisor.destroy(),
          obeyMs: CLONE_OBEY_MS,
          awaitsFolders: true,
        },
        signal,
      );
      children.add(process.cleared);
      void process.cleared.then(() => children.delete(process.cleared));
      return process;
    },
    isFresh: async () =>
      alive &&
      (await modifiedMs(packages)) === packagesMs &&
      (await Promise.all(modules.map((module) => isSame(module, made.takenAtMs)))).every(Boolean),
    async memoryBytes() {
      // Below the supervisor, in namespaces of processes below the supervisor inside.
      const depth = (await supervisor.isolation).includes('pid') ? 2 : 1;
      return memoryOf(await firstDescendant(supervisor.pid(), depth));
    },
    async retire() {
      while (children.size > 0) await Promise.all(children);
      await close();
    },
  };
}

/** A file that was changed while the cells ran may have been read before. */
async function isSame({ path, modifiedNs, sizeBytes }: ProjectModule, takenAtMs: number): Promise<boolean> {
  const now = await stat(path, { bigint: true }).catch(() => undefined);
  return (
    now !== undefined &&
    String(now.mtimeNs) === modifiedNs &&
    Number(now.size) === sizeBytes &&
    Number(now.mtimeMs) < takenAtMs
  );
}

async function modifiedMs(folder: string): Promise<number> {
  return (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0;
}
