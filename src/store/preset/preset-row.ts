/** The rows of presets: found and changed by their key, one process at a time. */
import type { Selectable, Transaction } from 'kysely';
import { AppError } from '../../domain/error.ts';
import type { PresetKey, PresetLimits } from '../../domain/preset.ts';
import type { PresetTable, Tables } from '../schema.ts';
import { orUnavailable, type StoreContext } from '../store-context.ts';

export type PresetDb = StoreContext['engine']['db'];
export type PresetRow = Selectable<PresetTable>;
export type Change = <T>(work: (db: Transaction<Tables>, mayBeDone: boolean) => Promise<T>) => Promise<T>;

/** Of whoever counts and adds presets. */
const LOCK = 'presets';

/** One process at a time: none is added between a count and its limit. */
export function createChange(context: Pick<StoreContext, 'engine'>): Change {
  const { engine } = context;
  return (work) =>
    orUnavailable(context, () =>
      engine.transaction(async (db, mayBeDone) => {
        await engine.lock(db, LOCK);
        return work(db, mayBeDone);
      }),
    );
}

export function rowOf(db: PresetDb, { script, owner, name }: PresetKey): Promise<PresetRow | undefined> {
  return db
    .selectFrom('presets')
    .selectAll()
    .where('script', '=', script)
    .where('owner', '=', owner)
    .where('name', '=', name)
    .executeTakeFirst();
}

export function atKey(db: PresetDb, { script, owner, name }: PresetKey) {
  return db.updateTable('presets').where('script', '=', script).where('owner', '=', owner).where('name', '=', name);
}

export function deleteKey(db: PresetDb, { script, owner, name }: PresetKey) {
  return db.deleteFrom('presets').where('script', '=', script).where('owner', '=', owner).where('name', '=', name);
}

/** Throws `conflict` where the owner, or all who share, have no room for one more. */
export async function checkOwner(db: PresetDb, { script, owner }: PresetKey, limits: PresetLimits): Promise<void> {
  const own = await countOf(db)
    .where('script', '=', script)
    .where('owner', '=', owner)
    .where('name', '!=', '')
    .where('deleted_at_ms', 'is', null)
    .executeTakeFirstOrThrow();
  const most = owner === '' ? limits.shared : limits.ofOne;
  if (Number(own.count) >= most) {
    const what = owner === '' ? 'shared presets' : 'presets of your own';
    throw new AppError('conflict', `This script has ${most} ${what}, which is the limit. Delete one first.`);
  }
}

export function countOf(db: PresetDb) {
  return db.selectFrom('presets').select((is) => is.fn.countAll<number>().as('count'));
}
