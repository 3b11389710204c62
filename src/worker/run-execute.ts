/** Executes one claimed run from its stored script to its outcome. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defined } from '../domain/defined.ts';
import type { PreparedConnections } from '../domain/connection/connection.ts';
import { AppError } from '../domain/error.ts';
import type { Kernel } from '../domain/kernel/kernel.ts';
import { createMask, type Mask } from '../domain/mask/mask.ts';
import { secretProblem } from '../domain/mask/secret.ts';
import { withPatience } from '../domain/run/blob.ts';
import { leftNotice } from '../domain/run/bundle.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Outcome } from '../domain/run/run.ts';
import { runAbout } from '../app/context.ts';
import type { RunContext } from './context.ts';
import { readableName } from './artifact-name.ts';
import { collectArtifacts } from './run-artifact.ts';
import { connectScript } from './script-connection.ts';
import { executeCells, requestsOf, type RunSession } from './run-cell.ts';
import { keepFiles, type KeptFiles } from './file-kept.ts';
import { createProgramEnd } from './run-end.ts';
import { environmentOfRun } from './run-environment.ts';
import { watchStopReason, type StopReason } from './run-stop-reason.ts';
import { finishRun } from './run-finish.ts';
import { outcomeAt, problemOutcome, type RunEnd } from './run-outcome.ts';
import { placeUploads } from './run-upload.ts';
import { createRunOutput } from './run-output.ts';
import { keepTables, tableEnvironment, type TableKeeper } from './run-table.ts';
import { inEnvironment, withFirstCell, withFolders } from './run-kernel-request.ts';
import { type ClaimedRun, planRun, type RunPlan } from './run-plan.ts';
import { createRunWriter, type RunWriter } from './run-writer.ts';

const USES_CONNECTIONS = /^\s*(from link import|import link\b)|\bscript_runner\.connection\(/m;
const NO_CONNECTIONS =
  'This script uses connections, but the worker that executes it has no .link/link.config in its project folder. Give it to every worker that is to execute such scripts.';
/** How long an interrupted cell has to end before the kernel is killed. */
const GRACE_MS = 1_500;
/** Longest time for removing a folder. */
const LEFTOVER_WAIT_MS = 60_000;
/** Number of discarded files that the notice names. */
const DISCARDED_SHOWN = 5;

export interface Worker {
  readonly name: string;
  /** The server is stopping: the run ends as `lost`, at once; one that has not started stays in the queue. */
  readonly shutdown: AbortSignal;
}

/** A run that starts together with its submission. */
export interface Begun {
  readonly plan: RunPlan;
  /**
   * True when its start is on the disk; false: it does not start, as it was refused or waits in the queue, and nothing
   * of it is to be left. Rejects if nobody knows.
   */
  readonly started: Promise<boolean>;
}

interface Work extends Worker {
  readonly claim: ClaimedRun;
  readonly begun: Begun | undefined;
  readonly stopReason: StopReason;
  readonly writer: RunWriter;
  readonly folder: string;
  readonly failed: (error: unknown) => Outcome;
}

/**
 * Never throws. When it settles, the run has its outcome, unless the database fails until the server ends, or the run
 * does not start.
 */
export async function executeRun(given: RunContext, claim: ClaimedRun, worker: Worker, begun?: Begun): Promise<void> {
  const ctx: RunContext = { ...given, blobs: withPatience(given.blobs) };
  const stopReason = watchStopReason(ctx, claim, worker.shutdown, begun !== undefined);
  const writer = createRunWriter({ ...ctx, runs: storedFirst(ctx.runs, begun) }, claim, (error) =>
    stopReason.give(problemOutcome(error)),
  );
  const folder = join(ctx.workDirectory, claim.run.id);
  const about = runAbout(claim.run);
  const startMs = performance.now();
  const isStarted = begun === undefined || begun.started.catch(() => true);
  if (isStarted !== true) void isStarted.then((is) => is || stopReason.give({ type: 'lost' }));
  const failed = (error: unknown): Outcome => {
    if (!(error instanceof AppError) && !stopReason.signal.aborted)
      ctx.log.error({ ...about, error }, 'A run failed inside the server');
    // the reader is told that it is away, and who runs the server why
    else if (error instanceof AppError && error.code === 'unavailable')
      ctx.log.warn({ ...about, error }, 'A run failed for want of something that the server needs');
    return problemOutcome(error);
  };
  let removed: Promise<boolean> | undefined;
  try {
    const end = await executeClaim(ctx, { ...worker, claim, begun, stopReason, writer, folder, failed }).catch(
      (error: unknown): RunEnd => ({ outcome: failed(error), position: {} }),
    );
    removed = ctx.folders.remove(folder);
    // the next server queues again what has not started
    if (end === undefined || !(await isStarted)) return await writer.flush();
    const outcomeNow = () => outcomeAt({ ...end, outcome: stopReason.outcome() ?? end.outcome });
    let outcome = outcomeNow();
    if (!(await writer.finish({ type: 'run-finished', outcome }))) {
      outcome = outcomeNow();
      await finishRun(ctx, claim, outcome, worker.shutdown);
    }
    ctx.log.info({ ...about, outcome: outcome.type, ms: Math.round(performance.now() - startMs) }, 'A run has ended');
    ctx.facts?.tell({ type: 'finished', outcome: outcome.type });
  } catch (error) {
    ctx.log.error({ ...about, error }, 'The outcome of a run could not be stored');
  } finally {
    await removed;
    ctx.bundles?.release(claim.run.id);
    stopReason.close();
  }
}

/** Undefined: the run has not started, as the server stopped before, or its submission did not start it. */
async function executeClaim(ctx: RunContext, work: Work): Promise<RunEnd | undefined> {
  const { claim, begun, writer, folder, stopReason, failed } = work;
  const outputDirectory = join(folder, 'output');
  const [plan, connections] = await allSettled(
    begun?.plan ?? planRun(ctx, claim, work.name),
    prepareFolders(ctx, work, outputDirectory),
  );
  if (begun === undefined && work.shutdown.aborted) return undefined;
  if (plan.request.uploads !== undefined) await placeUploads(ctx, plan.request.uploads.folder, plan.uploads);
  if (begun === undefined) {
    await writer.write(plan.started);
    tellStart(ctx, claim);
  }
  await tellSwitchedOff(work, plan, connections);
  const left = leftNotice(plan.left);
  if (left !== undefined) await writer.write({ type: 'notice', text: left });
  const mask = await maskFor(claim, connections.secrets, writer);
  const tableLimits = plan.keepsTables ? ctx.limits.tables : { ...ctx.limits.tables, isOn: false };
  const tables = keepTables(ctx.blobs, { folder: outputDirectory, mask, write: writer.write, limits: tableLimits });
  const artifacts = collectArtifacts(ctx, { folder: outputDirectory, mask, write: writer.write });
  const files = keepFiles(ctx, {
    place: plan.place,
    hidden: dirname(ctx.workDirectory),
    mask,
    write: writer.write,
  });
  const output = createRunOutput(ctx, { mask, artifacts, files, tables, write: writer.write });
  // beside the start of the kernel
  const named = files.keepNamed(plan.cells).then(() => undefined, failed);
  const variables = tableEnvironment(tableLimits, [...Object.values(claim.secrets), ...connections.secrets]);
  const request = withFolders(plan, connections, { folder, outputDirectory, variables });
  const environment = await environmentOfRun(ctx, claim.run, stopReason.signal);
  const lock = environment && (await ctx.blobs.put(Buffer.from(environment.lock)));
  const stored = isStored(work);
  const mayBegin = stored.then((is) => is && !stopReason.signal.aborted);
  const kernel = await ctx.kernels
    .acquire(withFirstCell(inEnvironment(request, environment), plan.cells, mayBegin), stopReason.signal)
    .catch((error: unknown) => {
      throw withoutSecrets(error, mask);
    });
  const release = stopWhenAsked(kernel, stopReason);
  try {
    const session = { kernel, stopReason, output, artifacts, mask, write: writer.write, failed };
    files.lookInto(kernel.written);
    const program = createProgramEnd(ctx, session);
    const requests = requestsOf(ctx, session, plan, program.sendAhead);
    const packages = environment && lock && { file: environment.file, ...lock };
    const ready = { ...kernelReady(kernel, claim.run.timezone, ctx.now()), ...defined({ packages }) };
    if (!(await stored)) return undefined;
    if (plan.preparation === undefined && !stopReason.signal.aborted) requests.sendFirst();
    if (begun !== undefined) tellStart(ctx, claim);
    await writer.write(ready);
    ctx.facts?.tell({ type: 'kernel-ready', supply: kernel.supply, ms: kernel.readyMs });
    const end = await executeCells(session, requests, plan);
    // while the folder is there in which the notebook may have written what its text shows
    const unkept = (await named) ?? (await keepRest(files, plan).then(() => undefined, failed));
    await program.finish(end);
    const kept = offerFiles(session, { files, tables }).then(output.end);
    const late = unkept ?? (await kept.then(() => undefined, failed));
    return late === undefined ? end : { ...end, outcome: late };
  } finally {
    await release();
    await tables.settle().catch(() => undefined);
  }
}

/** The run's log is there when the run is stored. */
function storedFirst(runs: RunContext['runs'], begun: Begun | undefined): RunContext['runs'] {
  if (begun === undefined) return runs;
  return {
    ...runs,
    async append(...addition) {
      if (await begun.started) return runs.append(...addition);
      throw new AppError('conflict', 'The run has not started.');
    },
  };
}

/**
 * Whether the log says that the run has started; false if it does not start. Only what a kernel executes while it takes
 * the run comes before that (ADR 0045).
 */
async function isStored({ begun, writer }: Work): Promise<boolean> {
  await writer.flush();
  return begun === undefined || begun.started;
}

function tellStart(ctx: RunContext, { run, attempt }: ClaimedRun): void {
  ctx.log.info({ ...runAbout(run), attempt, by: run.by }, 'A run begins');
  ctx.facts?.tell({ type: 'started', waitMs: Math.max(0, ctx.now() - run.createdAtMs) });
}

/** Runs both and throws the first's error before the second's; both have ended when it settles. */
async function allSettled<A, B>(first: Promise<A> | A, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** The run's folders, with what the notebook may use of the project's data sources. */
async function prepareFolders(ctx: RunContext, { claim, folder }: Work, outputDirectory: string) {
  // Files that an earlier attempt left would become downloads of this one.
  if (claim.attempt > 1 && !(await ctx.folders.remove(folder, LEFTOVER_WAIT_MS)))
    throw new AppError('unavailable', 'Files of an earlier attempt of this run could not be removed yet.');
  // at once: the kernel waits for it, and passing the call to another thread takes longer than the call
  mkdirSync(outputDirectory, { recursive: true, mode: 0o700 });
  return connectScript(ctx, claim.run.script, join(folder, 'link'));
}

/** The last output of a kernel that did not start may contain values that it was given. */
function withoutSecrets(error: unknown, mask: Mask): unknown {
  return error instanceof AppError ? new AppError(error.code, mask.text(error.message)) : error;
}

/**
 * A reason to stop interrupts the cell; if it does not end then, the kernel is killed. Returns a function that stops
 * watching; the kernel is gone when that settles.
 */
function stopWhenAsked(kernel: Kernel, { signal, outcome }: StopReason): () => Promise<void> {
  let grace: NodeJS.Timeout | undefined;
  const stop = () => {
    if (outcome()?.type === 'lost') return void kernel.kill();
    grace = setTimeout(() => void kernel.kill(), GRACE_MS);
    kernel.interrupt().catch(() => kernel.kill());
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return async () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(grace);
    await kernel.kill();
  };
}

function kernelReady(
  { supply, readyMs, environment, snapshot, withoutSnapshot }: Kernel,
  timezone: string,
  nowMs: number,
): Extract<RunEvent, { type: 'kernel-ready' }> {
  return {
    type: 'kernel-ready',
    supply,
    ms: readyMs,
    environment,
    ...(snapshot === undefined
      ? {}
      : { snapshot: { takenAtMs: snapshot.takenAtMs, ageMs: nowMs - snapshot.takenAtMs, timezone } }),
    ...defined({ withoutSnapshot }),
  };
}

async function keepRest(files: KeptFiles, { cells }: RunPlan): Promise<void> {
  await files.keepNamed(cells);
  await files.tell();
}

async function offerFiles(
  session: RunSession,
  { files, tables }: { readonly files: KeptFiles; readonly tables: TableKeeper },
): Promise<void> {
  await fetchFiles(session);
  await session.kernel.kill();
  await tables.settle();
  await session.artifacts.scan({ changed: true });
  await tellDiscarded(session, files);
}

/** A kernel that is gone, or busy with what is to be stopped, brings nothing more. */
async function fetchFiles({ kernel, stopReason: { signal } }: RunSession): Promise<void> {
  if (kernel.fetchFiles === undefined || signal.aborted) return;
  const stopped = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => stopped.resolve(), { once: true });
  await Promise.race([kernel.fetchFiles().catch(() => undefined), stopped.promise]);
}

/** What the script wrote beside itself was private to the run; what its report shows of it is kept. */
async function tellDiscarded({ kernel, mask, write }: RunSession, files: KeptFiles): Promise<void> {
  const { discardedWrites = [] } = await kernel.died;
  const discarded = discardedWrites.filter((name) => !files.hasWritten(name));
  if (discarded.length === 0) return;
  const more = discarded.length > DISCARDED_SHOWN ? ` and ${discarded.length - DISCARDED_SHOWN} more` : '';
  const names = mask.text(discarded.slice(0, DISCARDED_SHOWN).map(readableName).join(', '));
  await write({
    type: 'notice',
    text: `Written beside the script and discarded after this run: ${names}${more}. Files written to the folder SCRIPT_RUNNER_OUTPUT_DIR are kept.`,
  });
}

/** Names data sources that the notebook uses and that are switched off, or says that there are none. */
async function tellSwitchedOff(
  { writer }: Work,
  { cells }: RunPlan,
  { switchedOff, lacksConfig = false }: PreparedConnections,
): Promise<void> {
  if (lacksConfig && cells.some(({ source }) => USES_CONNECTIONS.test(source)))
    await writer.write({ type: 'notice', text: NO_CONNECTIONS });
  for (const { name, notice } of switchedOff) {
    const word = name.slice(name.lastIndexOf('.') + 1);
    if (cells.some(({ source }) => source.includes(word))) await writer.write({ type: 'notice', text: notice });
  }
}

/** Names passwords that cannot be hidden without blanking ordinary text. */
async function maskFor(
  { secrets }: Pick<ClaimedRun, 'secrets'>,
  further: readonly string[],
  writer: RunWriter,
): Promise<Mask> {
  for (const [name, value] of Object.entries(secrets)) {
    const problem = value === '' ? undefined : secretProblem(value);
    if (problem !== undefined)
      await writer.write({
        type: 'notice',
        text: `The value of “${name}” is not hidden in this report: it ${problem}.`,
      });
  }
  return createMask([...Object.values(secrets), ...further].filter((secret) => secretProblem(secret) === undefined));
}
