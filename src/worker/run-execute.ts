/** Executes one claimed run from its stored script to its outcome. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedConnections } from '../domain/connection/connection.ts';
import { AppError } from '../domain/error.ts';
import { KernelDiedError, type Kernel } from '../domain/kernel/kernel.ts';
import { createMask, type Mask } from '../domain/mask/mask.ts';
import { secretProblem } from '../domain/mask/secret.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Claim } from '../domain/run/run-store.ts';
import type { Outcome } from '../domain/run/run.ts';
import { runAbout, type AppContext } from '../app/context.ts';
import { collectArtifacts, type ArtifactCollector } from './run-artifact.ts';
import { connectScript } from './script-connection.ts';
import { executeCells, speak, type RunSession } from './run-cell.ts';
import { watchEnding, type Ending } from './run-stop-reason.ts';
import { finishRun } from './run-finish.ts';
import { deathOutcome, outcomeAt, problemOutcome, type Reached } from './run-outcome.ts';
import { createRunOutput } from './run-output.ts';
import { planRun, type RunPlan } from './run-plan.ts';
import { createRunWriter, type RunWriter } from './run-writer.ts';

/** How long an interrupted cell has to come to its end before the kernel is killed. */
const GRACE_MS = 1_500;
/** Names of discarded files in the notice. */
const DISCARDED_SHOWN = 5;

export interface Worker {
  readonly name: string;
  /** The server stops: the run ends as `lost`, at once; one that has not started stays in the queue. */
  readonly shutdown: AbortSignal;
}

interface Work extends Worker {
  readonly claim: Claim;
  readonly ending: Ending;
  readonly writer: RunWriter;
  readonly folder: string;
  readonly at: Reached;
}

/** Never throws. When it settles, the run has its outcome, unless the database refuses to the server's end. */
export async function executeRun(ctx: AppContext, claim: Claim, worker: Worker): Promise<void> {
  const ending = watchEnding(ctx, claim, worker.shutdown);
  const writer = createRunWriter(ctx, claim, (error) => ending.end(problemOutcome(error)));
  const folder = join(ctx.workDirectory, claim.run.id);
  const about = runAbout(claim.run);
  const startMs = performance.now();
  ctx.log.info({ ...about, attempt: claim.attempt, by: claim.run.by }, 'A run begins');
  const at: Reached = {};
  try {
    const outcome = await work(ctx, { ...worker, claim, ending, writer, folder, at }).catch((error: unknown) => {
      const early = ending.outcome();
      if (early !== undefined) return early;
      if (!(error instanceof AppError)) ctx.log.error({ ...about, error }, 'A run failed inside the server');
      return problemOutcome(error);
    });
    await writer.flush();
    await removeFolder(ctx, folder);
    // what has not started is queued again by the next server
    if (outcome === undefined) return;
    const end = outcomeAt(ending.outcome() ?? outcome, at);
    await finishRun(ctx, claim, end, worker.shutdown);
    ctx.log.info({ ...about, outcome: end.type, ms: Math.round(performance.now() - startMs) }, 'A run has ended');
    ctx.facts?.tell({ type: 'finished', outcome: end.type });
  } catch (error) {
    ctx.log.error({ ...about, error }, 'The outcome of a run could not be stored');
  } finally {
    ending.close();
  }
}

async function removeFolder(ctx: AppContext, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
    ctx.log.warn({ folder, error }, 'A work folder could not be removed'),
  );
}

/** Undefined: the server stops before the run has started. */
async function work(ctx: AppContext, work: Work): Promise<Outcome | undefined> {
  const { claim, writer, folder, ending } = work;
  const outputDirectory = join(folder, 'output');
  const [plan, connections] = await allSettled(planRun(ctx, claim, work.name), furnish(ctx, work, outputDirectory));
  if (work.shutdown.aborted) return undefined;
  await writer.write(plan.started);
  ctx.facts?.tell({ type: 'started', waitMs: Math.max(0, ctx.now() - claim.run.createdAtMs) });
  await tellSwitchedOff(work, plan, connections);
  const mask = await maskFor(claim, connections.secrets, writer);
  const artifacts = collectArtifacts(ctx, { folder: outputDirectory, mask, write: writer.write });
  const output = createRunOutput(ctx, { mask, artifacts, write: writer.write });
  const request = {
    ...plan.request,
    outputDirectory,
    environment: { ...plan.request.environment, ...connections.environment },
    writablePaths: connections.writablePaths,
    readablePaths: [join(folder, 'link')],
    ...(plan.prefix === undefined ? {} : { prefix: { plan: plan.prefix, fingerprint: connections.fingerprint } }),
  };
  const kernel = await ctx.kernels.acquire(request, ending.signal).catch((error: unknown) => {
    throw withoutSecrets(error, mask);
  });
  // Nothing of the notebook is executed before the log says that the run has started: mostly it does by now.
  await writer.flush();
  const session = { kernel, ending, output, artifacts, write: writer.write };
  return supervise(kernel, ending, () =>
    executePlan(ctx, session, { plan, mask, at: work.at, timezone: claim.run.timezone }),
  );
}

/** Both, or the first's error before the second's; none of them goes on when it settles. */
async function allSettled<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** The run's folders, with what the notebook may use of the project's data sources. */
async function furnish(ctx: AppContext, { claim, folder }: Work, outputDirectory: string) {
  // An earlier attempt may have left something.
  if (claim.attempt > 1) await rm(folder, { recursive: true, force: true });
  await mkdir(outputDirectory, { recursive: true, mode: 0o700 });
  return connectScript(ctx, claim.run.script, join(folder, 'link'));
}

/** The last words of a kernel that did not start may hold what it was given. */
function withoutSecrets(error: unknown, mask: Mask): unknown {
  return error instanceof AppError ? new AppError(error.code, mask.text(error.message)) : error;
}

/** A reason to end interrupts the cell; what does not end then is killed. The kernel is gone when it settles. */
async function supervise(kernel: Kernel, ending: Ending, execute: () => Promise<Outcome>): Promise<Outcome> {
  let grace: NodeJS.Timeout | undefined;
  const stop = () => {
    if (ending.outcome()?.type === 'lost') return void kernel.kill();
    grace = setTimeout(() => void kernel.kill(), GRACE_MS);
    kernel.interrupt().catch(() => kernel.kill());
  };
  if (ending.signal.aborted) stop();
  ending.signal.addEventListener('abort', stop);
  try {
    return await execute();
  } finally {
    ending.signal.removeEventListener('abort', stop);
    clearTimeout(grace);
    await kernel.kill();
  }
}

interface Execution {
  readonly plan: RunPlan;
  readonly mask: Mask;
  readonly at: Reached;
  readonly timezone: string;
}

async function executePlan(
  ctx: AppContext,
  session: RunSession,
  { plan, mask, at, timezone }: Execution,
): Promise<Outcome> {
  const { kernel, ending, write } = session;
  await write(kernelReady(kernel, timezone, ctx.now()));
  ctx.facts?.tell({ type: 'kernel-ready', supply: kernel.supply, ms: kernel.readyMs });
  try {
    const outcome = await executeCells(ctx, session, plan, at);
    if (outcome.type === 'succeeded' && outcome.message === undefined) await offerVariables(session, plan);
    return outcome;
  } catch (error) {
    if (!(error instanceof KernelDiedError)) throw error;
    const early = ending.outcome();
    if (early !== undefined) return early;
    await tellLastWords(session, mask.text(error.death.tail), at.cell);
    return deathOutcome(error.death, at.cell);
  } finally {
    await offerFiles(session.artifacts, kernel);
    await tellDiscarded(session, mask);
  }
}

function kernelReady(
  { supply, readyMs, environment, snapshot, withoutSnapshot }: Kernel,
  timezone: string,
  nowMs: number,
): RunEvent {
  return {
    type: 'kernel-ready',
    supply,
    ms: readyMs,
    environment,
    ...(snapshot === undefined
      ? {}
      : { snapshot: { takenAtMs: snapshot.takenAtMs, ageMs: nowMs - snapshot.takenAtMs, timezone } }),
    ...(withoutSnapshot === undefined ? {} : { withoutSnapshot }),
  };
}

async function offerFiles(artifacts: ArtifactCollector, kernel: Kernel): Promise<void> {
  await kernel.kill();
  await artifacts.scan({ changed: true });
}

/** What the script wrote beside itself was private to the run. */
async function tellDiscarded({ kernel, write }: RunSession, mask: Mask): Promise<void> {
  const { discardedWrites = [] } = await kernel.died;
  if (discardedWrites.length === 0) return;
  const more = discardedWrites.length > DISCARDED_SHOWN ? ` and ${discardedWrites.length - DISCARDED_SHOWN} more` : '';
  const names = mask.text(discardedWrites.slice(0, DISCARDED_SHOWN).join(', '));
  await write({
    type: 'notice',
    text: `Written beside the script and gone with this run: ${names}${more}. Files written to the folder SCRIPT_RUNNER_OUTPUT_DIR are kept.`,
  });
}

/** The classic `download|VAR`: a variable that is not there is said, and harms nothing else. */
async function offerVariables(session: RunSession, { cells, downloads }: RunPlan): Promise<void> {
  if (downloads === undefined) return;
  const { end } = await speak(session, downloads, cells.length - 1);
  if (end.exception !== undefined) {
    await session.write({
      type: 'notice',
      text: `A download could not be made: ${end.exception.name}: ${end.exception.value}`,
    });
  }
}

async function tellLastWords({ write }: RunSession, words: string, cell: number | undefined): Promise<void> {
  if (words.trim() === '') return;
  await write({
    type: 'notice',
    ...(cell === undefined ? {} : { cell }),
    text: `The last the program said:\n${words.trim()}`,
  });
}

/** A data source that the notebook names, and that is switched off, is said. */
async function tellSwitchedOff(
  { writer }: Work,
  { cells }: RunPlan,
  { switchedOff }: PreparedConnections,
): Promise<void> {
  for (const { name, notice } of switchedOff) {
    const word = name.slice(name.lastIndexOf('.') + 1);
    if (cells.some(({ source }) => source.includes(word))) await writer.write({ type: 'notice', text: notice });
  }
}

/** Passwords that cannot be hidden without blanking ordinary text are named. */
async function maskFor({ secrets }: Claim, further: readonly string[], writer: RunWriter): Promise<Mask> {
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
