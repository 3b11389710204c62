/**
 * Moves a store from SQLite to PostgreSQL, and its files into another place. The source is read only. Every step can be
 * repeated: a move that was interrupted continues, and no server uses the target before all has been compared.
 */
import { join } from 'node:path';
import { sql } from 'kysely';
import { AppError } from '../../domain/error.ts';
import type { BlobPlace } from '../../domain/run/blob.ts';
import { openBlobReader, openBlobs } from '../blob/blob-place.ts';
import { noteElsewhere } from '../blob/blob-pair.ts';
import type { Engine } from '../engine/engine.ts';
import type { SharedDatabase } from '../open-shared.ts';
import { checkFiles, copyFiles } from './move-file.ts';
import { checkTables, type TableCheck } from './move-check.ts';
import { type KeyPlace, moveKeys, pairMoved, prepareFolder, setNumbers } from './move-key.ts';
import { readMark, writeMark, type Mark } from './move-mark.ts';
import { copyRows } from './move-row.ts';
import { openMoveSource, type MoveSource, type MoveTotals } from './move-source.ts';
import { beginMove, openMoveTarget } from './move-target.ts';

/** In the new data folder: the copy of the database from which is read. */
const SCRATCH = 'moving';

export interface MovePlan {
  /** The data folder from which is moved, and where its files are. */
  readonly data: string;
  readonly blobs: BlobPlace;
  /** The new data folder has the keys, and the files if they are not elsewhere. */
  readonly to: KeyPlace & {
    readonly database: SharedDatabase;
    readonly blobs: BlobPlace;
  };
}

export interface MoveOptions {
  readonly progress: (step: MoveStep) => void;
  /** Files that are missing or damaged in the source do not prevent the end of the move. */
  readonly withoutBad?: boolean;
}

/** `done` of `total`; bytes of files only. */
export interface MoveStep {
  readonly what: string;
  readonly done: number;
  readonly total: number;
  readonly bytes?: number;
  readonly totalBytes?: number;
}

export interface Moved {
  readonly totals: MoveTotals;
  readonly tables: readonly TableCheck[];
  /** Files that are missing or damaged. */
  readonly bad: readonly string[];
}

/** Throws `conflict` with a sentence for what prevents the move; executed again, it continues. */
export async function moveStore(plan: MovePlan, { progress, withoutBad = false }: MoveOptions): Promise<Moved> {
  return withBoth(plan, async (source, engine) => {
    const { database, data, blobs } = plan.to;
    const begun = await beginMove(engine, database.shown, {
      source: plan.data,
      fingerprint: `${source.fingerprint} ${shownPlace(blobs)}`,
    });
    await prepareFolder(engine, data);
    const filed = await moveFiles(source, engine, { plan, begun, progress });
    const { bad } = filed.state;
    if (bad.length > 0 && !withoutBad) throw badFiles(plan.data, bad);
    const mark = await copyRows(source, {
      engine,
      mark: filed,
      progress: (table, done, total) => progress({ what: named(table), done, total }),
    });
    const tables = await checkTables(source, engine, comparing(source, progress));
    const different = tables.find(({ isSame }) => !isSame);
    if (different !== undefined) throw differs(different, database.shown);
    await finish(source, engine, { plan, mark });
    return { totals: source.totals, tables, bad };
  });
}

/** Compares the source with what was moved; changes nothing. Throws as `moveStore`. */
export async function verifyMove(plan: MovePlan, { progress }: MoveOptions): Promise<Moved> {
  return withBoth(plan, async (source, engine) => {
    if ((await readMark(engine)) === undefined)
      throw new AppError('conflict', `Nothing has been moved into the database ${plan.to.database.shown}.`);
    const { files: total, fileBytes: totalBytes } = source.totals;
    const bad = await checkFiles(source, await openBlobReader(plan.to.blobs), ({ files: done, bytes }) =>
      progress({ what: 'files', done, total, bytes, totalBytes }),
    );
    const tables = await checkTables(source, engine, comparing(source, progress));
    await source.checkUnchanged();
    return { totals: source.totals, tables, bad };
  });
}

async function withBoth<T>(plan: MovePlan, work: (source: MoveSource, engine: Engine) => Promise<T>): Promise<T> {
  if (shownPlace(plan.blobs) === shownPlace(plan.to.blobs))
    throw new AppError(
      'invalid',
      `The files of the reports are in ${shownPlace(plan.blobs)}, which cannot be the place of two databases. Name another one with --artifacts.`,
    );
  const target = await openMoveTarget(plan.to.database);
  try {
    const source = await openMoveSource(plan.data, join(plan.to.data, SCRATCH));
    try {
      return await work(source, target.engine);
    } finally {
      await source.close();
    }
  } finally {
    await target.close();
  }
}

async function moveFiles(
  source: MoveSource,
  engine: Engine,
  {
    plan,
    begun,
    progress,
  }: { readonly plan: MovePlan; readonly begun: Mark; readonly progress: MoveOptions['progress'] },
): Promise<Mark> {
  // nobody deletes there meanwhile
  const to = await openBlobs(plan.to.blobs, engine, async () => undefined);
  try {
    const { files: total, fileBytes: totalBytes } = source.totals;
    let mark = begun;
    const save = async (state: Mark['state']) => {
      mark = { ...mark, state };
      await engine.transaction((db) => writeMark(db, mark));
    };
    const state = await copyFiles(source, begun.state, {
      from: await openBlobReader(plan.blobs),
      to: to.blobs,
      save,
      progress: ({ files: done, bytes }) => progress({ what: 'files', done, total, bytes, totalBytes }),
    });
    await save(state);
    return mark;
  } finally {
    to.close();
  }
}

async function finish(
  source: MoveSource,
  engine: Engine,
  { plan, mark }: { readonly plan: MovePlan; readonly mark: Mark },
): Promise<void> {
  await setNumbers(source, engine);
  await moveKeys(plan.data, plan.to);
  await sql`analyze`.execute(engine.db);
  await source.checkUnchanged();
  noteElsewhere(plan.to.data, plan.to.blobs);
  await pairMoved(engine, plan.to.data);
  await engine.transaction((db) => writeMark(db, { ...mark, finishedAtMs: Date.now() }));
}

function comparing({ totals }: MoveSource, progress: MoveOptions['progress']) {
  return (table: string) => progress({ what: `comparing ${named(table)}`, done: 0, total: totals.rows[table] ?? 0 });
}

/** For people. */
function named(table: string): string {
  return table.replace('_', ' ');
}

function shownPlace(place: BlobPlace): string {
  return 'folder' in place ? place.folder : place.shown;
}

function badFiles(data: string, bad: readonly string[]): AppError {
  const [first = ''] = bad;
  return new AppError(
    'conflict',
    `${bad.length} of the files that reports of ${data} need are missing or damaged there, the first is ${first}. Restore them from a backup and execute the command again; or add --without-damaged: the reports that need them say so.`,
  );
}

function differs({ table, source, target }: TableCheck, shown: string): AppError {
  return new AppError(
    'internal',
    `The table ${table} in ${shown} differs from its source (${source.rows} rows there, ${target.rows} here). Something else writes into that database: create a new one, and move again.`,
  );
}
