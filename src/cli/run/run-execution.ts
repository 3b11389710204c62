/** One run on the command line, from its values to its files. */
import type { AppContext } from '../../app/context.ts';
import { cancelRun } from '../../app/run/run-change.ts';
import { readRun } from '../../app/run/run-read.ts';
import { submitRun } from '../../app/run/run-submit.ts';
import { watchEvents } from '../../app/run/run-watch.ts';
import { createWorker } from '../../worker/run-worker.ts';
import { compose } from '../../compose/compose.ts';
import type { ComposedKernels } from '../../compose/compose-kernel.ts';
import type { Config } from '../../config/config.ts';
import { LOCAL } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import type { Run } from '../../domain/run/run.ts';
import { exitCodeOf } from '../exit.ts';
import { createLog } from '../log.ts';
import { createProgress } from '../progress.ts';
import { readLook } from '../look.ts';
import { writeRunFiles } from './run-file.ts';
import type { RunFiles } from './run-file.ts';
import { runSummary } from './run-summary.ts';
import { COMMAND_LINE, uploadPaths } from './run-upload.ts';
import { readValues } from './run-values.ts';

export interface RunOptions extends RunFiles {
  /** `name=value` texts, and a file with values; texts have precedence. */
  readonly values: readonly string[];
  readonly valuesFile: string | undefined;
  /** Of that file, from 1. */
  readonly valuesRow: number;
  readonly json: boolean;
  readonly yes: boolean;
}

/** As `run`; the kernels are closed when it settles. */
export async function executeScript(
  config: Config,
  { name, kernels }: { readonly name: string; readonly kernels: ComposedKernels },
  options: RunOptions,
): Promise<void> {
  // the packages of the script, while they are installed
  const say = (line: string) => console.error(line);
  const { ctx, close } = await compose(config, { log: createLog(), say, kernels, watch: false });
  const worker = createWorker(ctx);
  try {
    const { script } = await ctx.scripts.read(name);
    const given = readValues(script.schema, options.values, options.valuesFile, options.valuesRow);
    const values = await uploadPaths(ctx, script.schema, given);
    await checkExports(ctx, options);
    worker.start();
    const { run: submitted } = await submitRun(ctx, LOCAL, {
      script: name,
      values,
      trigger: 'cli',
      uploader: COMMAND_LINE,
    });
    const ended = await follow(ctx, submitted.id);
    await writeRunFiles(ctx, ended, { ...options, hosts: config.reportHosts, look: readLook(config) });
    if (options.json) console.log(JSON.stringify(runSummary(ended), null, 2));
    process.exitCode = exitCodeOf(ended.status);
  } finally {
    await worker.stop(0);
    await close();
  }
}

/** Before a run that takes its time. Throws `unavailable` for a format that this machine cannot write. */
async function checkExports({ documents }: AppContext, { exports }: RunFiles): Promise<void> {
  for (const [to] of exports) {
    const missing = await documents?.missing(to);
    if (missing !== undefined) throw new AppError('unavailable', `${to}: ${missing.why} ${missing.remedy}`);
  }
}

/** Shows the run's progress until it has ended; Ctrl-C cancels it. */
async function follow(ctx: AppContext, id: string): Promise<Run> {
  const progress = createProgress(process.stderr);
  const cancel = () => {
    void cancelRun(ctx, LOCAL, id);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, cancel);
  for await (const events of watchEvents(ctx, LOCAL, id, { afterSeq: 0, signal: new AbortController().signal })) {
    for (const { event } of events) progress.show(event);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, cancel);
  return readRun(ctx, LOCAL, id);
}
