/** What `doctor` says about the PostgreSQL database of the settings: whether this machine could join others there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasOwnFolder, type Config } from '../../config/config.ts';
import { openPostgres } from '../../store/engine/postgres.ts';
import { clockAheadMs, clockProblem, isClockRefused } from '../../store/engine/postgres-clock.ts';
import { openProblem } from '../../store/engine/postgres-error.ts';
import type { Engine } from '../../store/engine/engine.ts';
import { checkPair, IDENTITY } from '../../store/identity.ts';
import { checkKey, countClosed } from '../../store/key-check.ts';
import { checkMigrations } from '../../store/migrate.ts';
import { refuseUnfinished } from '../../store/move/move-mark.ts';
import { checkServer } from '../../store/open-shared.ts';
import { unplaced } from '../../store/run/run-placement.ts';
import { findKeys } from '../../store/server-key.ts';
import { DATABASE as RUNS } from '../../store/database-check.ts';
import type { DoctorFinding } from './doctor-check.ts';
import { checkProcesses } from './doctor-process.ts';

const NAME = 'Database';
/** A clock that differs by more is named: times in reports would be confusing. */
const CLOCK_MS = 1_000;
const TABLES = {
  new: 'It is new: the first start makes its tables.',
  older: 'Its tables are of an earlier version: the next start of this version changes them.',
  current: '',
};

const KEEP = 'Keep the earlier key until these runs have ended.';
const PLACE =
  'Start a worker that has it, or add the tag to the setting worker_tags of one that does (docs/scaling.md).';

type StoreConfig = Pick<Config, 'database' | 'data' | 'serverKeys' | 'blobs'>;

/** Nothing for SQLite, which `checkData` covers. Only reads. */
export async function checkDatabase(config: StoreConfig): Promise<readonly DoctorFinding[]> {
  const { database } = config;
  if (database === undefined) return [];
  const engine = openPostgres({ url: database.url, role: 'doctor' }, 1);
  const findings: DoctorFinding[] = [];
  try {
    const { version } = await checkServer(engine, database.shown);
    await refuseUnfinished(engine, database.shown);
    const tables = await checkMigrations(engine);
    const text = `${database.shown} (PostgreSQL ${version}, UTF-8) ${TABLES[tables]}`.trim();
    findings.push({ name: NAME, state: 'ok', text }, await checkClock(engine, database.shown));
    if (tables === 'current')
      findings.push(
        await checkFolder(engine, config, database.shown),
        await checkServerKey(engine, config, database.shown),
        ...(await checkPlacement(engine)),
      );
    return [...findings, ...(await checkProcesses(engine))];
  } catch (error) {
    return [...findings, problem(NAME, openProblem(database.shown, error))];
  } finally {
    await engine.close();
  }
}

async function checkClock(engine: Engine, shown: string): Promise<DoctorFinding> {
  const name = 'Clock';
  const aheadMs = await clockAheadMs(engine);
  if (Math.abs(aheadMs) <= CLOCK_MS) return { name, state: 'ok', text: 'as that of the database' };
  if (isClockRefused(aheadMs)) return { name, state: 'problem', text: clockProblem(aheadMs, shown) };
  return { name, state: 'warning', text: clockProblem(aheadMs, shown) };
}

async function checkFolder(engine: Engine, config: StoreConfig, shown: string): Promise<DoctorFinding> {
  const name = 'Data folder';
  const { data } = config;
  const isNew = hasOwnFolder(config) && !existsSync(join(data, IDENTITY)) && !existsSync(join(data, RUNS));
  if (isNew) return { name, state: 'ok', text: `${data} is for this process alone; it is new` };
  try {
    await checkPair(engine, data, shown);
    return { name, state: 'ok', text: `${data} is the folder of this database` };
  } catch (error) {
    return problem(name, error);
  }
}

async function checkServerKey(engine: Engine, config: StoreConfig, shown: string): Promise<DoctorFinding> {
  const name = 'Server key';
  try {
    const keys = findKeys(config.data, config.serverKeys);
    await checkKey(engine, keys, shown);
    if (keys === undefined) return { name, state: 'ok', text: 'The first start makes it, in the data folder.' };
    const from = config.serverKeys.length > 0 ? 'of the setting server_key' : `in ${config.data}`;
    const text = `${from}, as the other processes${keys.length > 1 ? `; ${keys.length - 1} earlier` : ''}`;
    const older = await countClosed(engine, [keys[0]]);
    if (older === 0) return { name, state: 'ok', text };
    return {
      name,
      state: 'warning',
      text: `${text}\n${older} run(s) have passwords under an earlier key`,
      remedy: KEEP,
    };
  } catch (error) {
    return problem(name, error);
  }
}

/** Runs that wait because no connected worker offers what they need. */
async function checkPlacement(engine: Engine): Promise<DoctorFinding[]> {
  const waiting = [...(await unplaced(engine))].map(([why, count]) => `${count} waiting run(s): ${why}`);
  if (waiting.length === 0) return [];
  return [{ name: 'Waiting runs', state: 'warning', text: waiting.join('\n'), remedy: PLACE }];
}

function problem(name: string, error: unknown): DoctorFinding {
  return { name, state: 'problem', text: error instanceof Error ? error.message : String(error) };
}
