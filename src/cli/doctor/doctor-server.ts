/** What `doctor` says about the server that runs on the data folder: it asks the server, as its operator. */
import type { Config } from '../../config/config.ts';
import { ageText } from '../../domain/text/duration.ts';
import { AppError } from '../../domain/error.ts';
import { parentWords, spanWords } from '../../domain/run/run-message.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { findAddress } from '../../store/server-address.ts';
import type { DoctorFinding } from './doctor-check.ts';
import { plain, readServerStatus, type Status } from '../server-status.ts';

const NAME = 'Server';
/** How many running runs are named. */
const NAMED = 20;

export async function checkServer({
  data,
  database,
  serverKeys = [],
}: Pick<Config, 'data'> & Partial<Config>): Promise<DoctorFinding> {
  if (database !== undefined)
    return { name: NAME, state: 'ok', text: 'The page /admin of each server on the database shows its state.' };
  let url: string | undefined;
  try {
    url = findAddress(data);
    const status = await readServerStatus({ data, serverKeys });
    if (url === undefined || status === undefined)
      return { name: NAME, state: 'ok', text: 'No server runs on this data folder.' };
    return {
      name: NAME,
      state: status.ready && status.problem === undefined ? 'ok' : 'warning',
      text: [`${url} (Script Runner ${status.version})`, ...linesOf(status, Date.now()).map(plain)].join('\n'),
      details: status,
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return {
      name: NAME,
      state: 'warning',
      text: error instanceof AppError || url === undefined ? text : `${url} does not answer: ${text}`,
    };
  }
}

function linesOf({ ready, problem, kernels, runs, failures, withoutSnapshot }: Status, nowMs: number): string[] {
  const queued = runs.filter(({ status }) => status === 'queued').length;
  const running = runs.filter(({ status }) => status !== 'queued');
  const used = running.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return [
    ...(problem === undefined ? [] : [problem]),
    ...(ready ? [] : ['No kernel has answered yet.']),
    `Kernels: ${kernels.running} in use${memory(used)}, ${kernels.waiting} waiting.`,
    ...kernels.parents.map(
      (parent) =>
        `Loaded in advance: ${parentWords(parent)}${memory(parent.memoryBytes)}, ${parent.waiting} waiting, for ${spanWords(parent.ageMs)}.`,
    ),
    `Runs: ${running.length} running, ${queued} waiting.`,
    ...running
      .slice(0, NAMED)
      .map(
        ({ script, memoryBytes, createdAt, startedAt = createdAt }) =>
          `  ${script}${memory(memoryBytes)}, for ${spanWords(nowMs - Date.parse(startedAt))}.`,
      ),
    ...withoutSnapshot.map(({ script, why }) => `No snapshot of ${script}: ${why}`),
    failures.length === 0 ? 'No run has failed.' : 'Last failures:',
    ...failures.map(({ script, endedAt, why }) => `  ${script}, ${ageText(Date.parse(endedAt), nowMs, 'en')}: ${why}`),
  ];
}

/** Nothing if it is unknown. */
function memory(bytes: number): string {
  return bytes === 0 ? '' : ` (${sizeWords(bytes)})`;
}
