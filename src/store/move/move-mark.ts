/**
 * How far a move has come, as a row in the database that is moved to: the move continues there, and no server uses the
 * database before it is complete. The table is made by the move itself, so other databases do not have it.
 */
import { sql, type Kysely } from 'kysely';
import { AppError } from '../../domain/error.ts';
import type { Engine } from '../engine/engine.ts';
import type { Tables } from '../schema.ts';

export interface MoveState {
  /** Files up to this hash have been copied and read back. */
  readonly filesUntil: string;
  /** Files that are missing or damaged in the source. */
  readonly bad: readonly string[];
  /** Of each table: the key of the last row that has been copied. */
  readonly rows: Readonly<Record<string, readonly (string | number)[]>>;
}

export interface Mark {
  /** The data folder from which is moved, for people. */
  readonly source: string;
  /** Changes with the source, and with the place of the files. */
  readonly fingerprint: string;
  readonly state: MoveState;
  /** Null: the move is not complete. */
  readonly finishedAtMs: number | null;
}

export const NOTHING_MOVED: MoveState = { filesUntil: '', bad: [], rows: {} };

/** Undefined if no move into this database has begun. Only reads. */
export async function readMark({ db }: Engine): Promise<Mark | undefined> {
  const { rows: found } = await sql<{ exists: boolean }>`select to_regclass('moves') is not null as exists`.execute(db);
  return found[0]?.exists === true ? findMark(db) : undefined;
}

/** Makes the table, without a mark. */
export async function createMarkTable({ db }: Engine): Promise<void> {
  await sql`create table if not exists moves (
    id integer primary key, source text not null, fingerprint text not null, state text not null, finished_at_ms bigint
  )`.execute(db);
}

/** Where the table is there. */
export async function findMark(db: Kysely<Tables>): Promise<Mark | undefined> {
  const { rows } = await sql<{ source: string; fingerprint: string; state: string; finished_at_ms: number | null }>`
    select source, fingerprint, state, finished_at_ms from moves`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { source, fingerprint, state, finished_at_ms: finishedAtMs } = row;
  return { source, fingerprint, state: JSON.parse(state) as MoveState, finishedAtMs };
}

/** Replaces the mark; in the transaction of what it describes. */
export async function writeMark(db: Kysely<Tables>, mark: Mark): Promise<void> {
  const { source, fingerprint, finishedAtMs } = mark;
  const state = JSON.stringify(mark.state);
  await sql`insert into moves (id, source, fingerprint, state, finished_at_ms)
    values (1, ${source}, ${fingerprint}, ${state}, ${finishedAtMs})
    on conflict (id) do update set source = excluded.source, fingerprint = excluded.fingerprint,
      state = excluded.state, finished_at_ms = excluded.finished_at_ms`.execute(db);
}

/** Throws `conflict` while a move into the database is not complete: reports and files are missing there. */
export async function refuseUnfinished(engine: Engine, shown: string): Promise<void> {
  const mark = await readMark(engine);
  if (mark === undefined || mark.finishedAtMs !== null) return;
  throw new AppError(
    'conflict',
    `The reports of ${mark.source} are being moved into the database ${shown}, and not all are there yet. Let script-runner migrate-store finish, or execute it again: it continues.`,
  );
}
