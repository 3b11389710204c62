/** `script-runner migrate-store [folder] --to postgres://…`: moves all reports from SQLite to PostgreSQL. */
import { resolve } from 'node:path';
import { readConfig, type Config, type ConfigSources } from '../../config/config.ts';
import { AppError } from '../../domain/error.ts';
import type { BlobPlace } from '../../domain/run/blob.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { blobsOfData } from '../../store/blob/blob-place.ts';
import { elsewhereOf } from '../../store/blob/blob-pair.ts';
import { moveProblem } from '../../store/move/move-problem.ts';
import { moveStore, verifyMove, type Moved, type MovePlan } from '../../store/move/move.ts';
import { createMoveProgress } from './move-progress.ts';

type Flags = NonNullable<ConfigSources['flags']>;

export interface MigrateStoreOptions {
  /** Address of the database; default: that of the settings. */
  readonly to?: string | undefined;
  /** The new data folder; default: beside the old one. */
  readonly toData?: string | undefined;
  readonly verify: boolean;
  readonly withoutDamaged: boolean;
}

/**
 * `flags`: the old data folder, and where the files are to be (by default as in the settings, or in the new data
 * folder). Throws a sentence for what prevents the move.
 */
export async function migrateStore(folder: string, flags: Flags, options: MigrateStoreOptions): Promise<void> {
  const plan = planOf(folder, flags, options);
  const progress = createMoveProgress(process.stderr);
  const moving = { progress: progress.show, withoutBad: options.withoutDamaged };
  const moved = await (options.verify ? verifyMove(plan, moving) : moveStore(plan, moving))
    .catch((error: unknown) => {
      throw moveProblem(plan.to, error);
    })
    .finally(progress.end);
  if (options.verify) tellVerified(moved, plan);
  else tellMoved(moved, plan);
}

function planOf(folder: string, flags: Flags, options: MigrateStoreOptions): MovePlan {
  const config = (own: Flags) => readConfig({ target: folder, flags: own });
  const { data, blobs } = config({ data: flags.data });
  const toData = options.toData === undefined ? `${data}-postgres` : resolve(options.toData);
  const target = config({ data: toData, database: options.to, artifacts: flags.artifacts });
  if (target.database === undefined)
    throw new AppError(
      'invalid',
      'Where to? Name the new database with --to postgres://user@host:5432/name, or in SCRIPT_RUNNER_DATABASE, where its password may stand.',
    );
  if (toData === data)
    throw new AppError(
      'invalid',
      'The new data folder is the old one, which stays as it is. Name another with --to-data.',
    );
  return {
    data,
    blobs: ownPlace(data, blobs),
    to: { database: target.database, data: toData, blobs: target.blobs, serverKeys: target.serverKeys },
  };
}

/** Where the files of the source are: the settings may name the new place already. */
function ownPlace(data: string, place: Config['blobs']): BlobPlace {
  const elsewhere = elsewhereOf(data);
  if (elsewhere === undefined) return blobsOfData(data);
  if (elsewhere === ('folder' in place ? place.folder : place.shown)) return place;
  throw new AppError(
    'conflict',
    `The files of the reports in ${data} are in ${elsewhere}. Set artifacts to that, and name the new place with --artifacts.`,
  );
}

function tellMoved({ totals, tables, bad }: Moved, { data, to }: MovePlan): void {
  const count = (name: string) => totals.rows[name] ?? 0;
  const lines = [
    `Moved ${count('runs')} runs, ${count('events')} events and ${totals.files} files (${sizeWords(totals.fileBytes)}) to ${to.database.shown}.`,
    `Compared: ${tables.length} tables have the same rows (number and SHA-256), and every file was read back.`,
    ...changedLine(tables),
    ...(bad.length === 0
      ? []
      : [`${bad.length} files were missing or damaged in the source, and are missing now:`, ...bad]),
    `Runs that wait: ${totals.waiting}; they will run. Runs in progress: ${totals.running}; they end as interrupted.`,
    `Nothing was changed in ${data}: keep it until the new form has proved itself, and start no server on it.`,
    'From now on, each process needs these settings:',
    `  SCRIPT_RUNNER_DATABASE=${to.database.shown}   (with the password; or SCRIPT_RUNNER_DATABASE_FILE)`,
    `  data = ${JSON.stringify(to.data)}`,
    ...artifactsLine(to.blobs),
  ];
  console.log(lines.join('\n'));
}

function tellVerified({ totals, tables, bad }: Moved, { data, to }: MovePlan): void {
  for (const { table, source, target, isSame } of tables)
    console.log(
      isSame
        ? `same       ${table}: ${source.rows} rows, SHA-256 ${source.hash}`
        : `different  ${table}: ${source.rows} rows in ${data}, ${target.rows} in ${to.database.shown}`,
    );
  console.log(
    `${bad.length === 0 ? 'whole      ' : 'damaged    '}files: ${totals.files - bad.length} of ${totals.files}`,
  );
  for (const hash of bad) console.log(`           missing or damaged: ${hash}`);
  if (bad.length === 0 && tables.every(({ isSame }) => isSame)) return;
  console.log('Once a server has worked on the new database, its tables differ from the old ones.');
  process.exitCode = 1;
}

function changedLine(tables: Moved['tables']): string[] {
  const changed = tables.reduce((sum, table) => sum + table.changed, 0);
  return changed === 0
    ? []
    : [
        `In ${changed} rows, characters that PostgreSQL cannot store (NUL, half a surrogate pair) were removed or replaced.`,
      ];
}

function artifactsLine(place: BlobPlace): string[] {
  if ('folder' in place) return place.isUsual ? [] : [`  artifacts = ${JSON.stringify(place.folder)}`];
  return [
    `  artifacts = ${JSON.stringify(place.shown)}`,
    ...(place.endpoint === undefined ? [] : [`  artifacts_endpoint = ${JSON.stringify(place.endpoint)}`]),
    ...(place.region === undefined ? [] : [`  artifacts_region = ${JSON.stringify(place.region)}`]),
  ];
}
