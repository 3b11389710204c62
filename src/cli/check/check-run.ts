/** `check --run`: executes the scripts of a project with their cases, without a server, several at a time. */
import { join } from 'node:path';
import { createReportService } from '../../app/report/report-service.ts';
import { composeKernels } from '../../compose/compose-kernel.ts';
import { compose } from '../../compose/compose.ts';
import { type Config, readConfig } from '../../config/config.ts';
import { AppError } from '../../domain/error.ts';
import { problemOf, problemText } from '../../domain/problem.ts';
import type { ScriptCase } from '../../domain/script/script-case.ts';
import type { Script } from '../../domain/script/script.ts';
import { removeFolder } from '../../disk/folder-removal.ts';
import { casesOf } from '../../files/case-file.ts';
import { createWorker } from '../../worker/run-worker.ts';
import { readAssetFiles } from '../asset.ts';
import { type CaseContext, type CaseResult, checkCase } from './check-case.ts';
import { stopsBySignal } from '../export-file.ts';
import { createLog } from '../log.ts';
import { makeRunFolder, sweepRunFolders } from '../run/run-folder.ts';

export interface CaseRun {
  readonly target: string;
  readonly update: boolean;
  /** Called as each case ends. */
  readonly onEnd: (script: Script, result: CaseResult, done: number, total: number) => void;
}

interface Job {
  readonly script: Script;
  readonly wanted: ScriptCase;
}

/** By script name, in the order of the file. The scripts that cannot be published are left out. */
export async function runCases(
  scripts: readonly Script[],
  { target, update, onEnd }: CaseRun,
): Promise<ReadonlyMap<string, readonly CaseResult[]>> {
  const temporary = await makeRunFolder();
  const stop = stopsBySignal();
  try {
    // nobody else shall take the runs
    const config = configOf(target, temporary);
    const results = new Map<string, CaseResult[]>();
    const jobs: Job[] = [];
    for (const script of scripts.filter(({ state }) => state === 'ready')) {
      const { cases, problem } = readJobs(config, script);
      results.set(script.name, problem === undefined ? [] : [problem]);
      jobs.push(...cases.map((wanted) => ({ script, wanted })));
    }
    let done = 0;
    await withWorker(config, { update, signal: stop.signal }, async (given) => {
      await inParallel(config.limits.concurrency, jobs, async ({ script, wanted }) => {
        const result = await checkCase(given, script, pathOf(config, script), wanted);
        done += 1;
        onEnd(script, result, done, jobs.length);
        return { script, result };
      }).then((all) => {
        for (const { script, result } of all) results.get(script.name)?.push(result);
      });
    });
    return results;
  } finally {
    stop.end();
    await removeFolder(temporary);
    await sweepRunFolders();
  }
}

function configOf(target: string, data: string): Config {
  return readConfig({ target, flags: { pool: '0', data, database: '', artifacts: '' } });
}

function pathOf({ project }: Config, { file }: Script): string {
  return join(project.scripts, file);
}

/** A file of cases that cannot be read is one case that fails. */
function readJobs(config: Config, script: Script): { cases: readonly ScriptCase[]; problem?: CaseResult } {
  try {
    return { cases: casesOf(pathOf(config, script)) };
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined && !(error instanceof AppError)) throw error;
    const line = problem === undefined ? (error as AppError).message : problemText(problem);
    return { cases: [], problem: { name: 'cases', state: 'failed', lines: [line], seconds: 0 } };
  }
}

async function withWorker(
  config: Config,
  { update, signal }: Pick<CaseContext, 'update' | 'signal'>,
  use: (given: CaseContext) => Promise<void>,
): Promise<void> {
  const say = (line: string) => console.error(line);
  const kernels = composeKernels(config, { say });
  try {
    const { ctx, close } = await compose(config, { log: createLog(), say, kernels, watch: false });
    const worker = createWorker(ctx);
    try {
      worker.start();
      const { asset, bytes } = readAssetFiles();
      const reports = createReportService(ctx, { rendering: () => ({ asset }), bytes });
      await use({ ctx, reports, environment: config.environment, update, signal });
    } finally {
      await worker.stop(0);
      await close();
    }
  } finally {
    await kernels.close();
  }
}

/** The results in the order of the items. */
async function inParallel<Item, Result>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const take = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, take));
  return results;
}
