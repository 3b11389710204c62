/** Links to reports. Rows are deleted with the report, and a while after they have ended, when another is made. */
import { AppError } from '../domain/error.ts';
import {
  ENDED_LINK_MS,
  type Link,
  LINK_LIMITS,
  type LinkAllows,
  type LinkStore,
  type NewLink,
} from '../domain/run/link.ts';
import type { Selectable } from 'kysely';
import type { Engine } from './engine/engine.ts';
import { lockRow } from './log.ts';
import { forgetRevoked } from './revoked.ts';
import type { LinkTable } from './schema-people.ts';
import type { StoreContext } from './store-context.ts';

export function createLinkStore({ engine }: Pick<StoreContext, 'engine'>): LinkStore {
  const { db } = engine;
  const numberOf = (id: string) => db.selectFrom('runs').select('number').where('id', '=', id);
  const withRun = () =>
    db
      .selectFrom('links')
      .innerJoin('runs', 'runs.number', 'links.run_number')
      .selectAll('links')
      .select(['runs.id as run', 'runs.script as script', 'runs.title as title']);
  return {
    make: (run, link, atMs) => makeLink(engine, run, link, atMs),
    async find(id) {
      const row = await withRun().where('links.id', '=', id).executeTakeFirst();
      return row && { ...readLink(row), run: row.run, script: row.script, title: row.title };
    },
    async ofRun(run) {
      const rows = await db
        .selectFrom('links')
        .selectAll()
        .where('run_number', 'in', numberOf(run))
        .orderBy('made_at_ms', 'desc')
        .limit(LINK_LIMITS.listed)
        .execute();
      return rows.map(readLink);
    },
    async newest() {
      const rows = await withRun().orderBy('links.made_at_ms', 'desc').limit(LINK_LIMITS.listed).execute();
      return rows.map((row) => ({ ...readLink(row), run: row.run, script: row.script, title: row.title }));
    },
    async revoke(run, id, atMs) {
      const { numUpdatedRows } = await db
        .updateTable('links')
        .set({ revoked_at_ms: atMs })
        .where('id', '=', id)
        .where('run_number', 'in', numberOf(run))
        .where('revoked_at_ms', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async noteUse(id, atMs) {
      await engine.unsynced(async (change) => {
        await change
          .updateTable('links')
          .set(({ eb }) => ({ uses: eb('uses', '+', 1), used_at_ms: atMs }))
          .where('id', '=', id)
          .execute();
      });
    },
  };
}

async function makeLink(engine: Engine, run: string, link: NewLink, atMs: number): Promise<void> {
  await engine.transaction(async (change) => {
    const row = await lockRow(engine, change, run);
    if (row.deleted_at_ms !== null) throw new AppError('gone', 'This report has been deleted.');
    await change
      .deleteFrom('links')
      .where('until_ms', '<', atMs - ENDED_LINK_MS)
      .execute();
    await forgetRevoked(change, 'links', { run_number: row.number }, LINK_LIMITS.ofRun);
    const { count } = await change
      .selectFrom('links')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('run_number', '=', row.number)
      .where('revoked_at_ms', 'is', null)
      .where('until_ms', '>', atMs)
      .executeTakeFirstOrThrow();
    if (Number(count) >= LINK_LIMITS.ofRun)
      throw new AppError(
        'conflict',
        `This report has ${LINK_LIMITS.ofRun} links already, which is the most. Revoke one of them first.`,
      );
    await change
      .insertInto('links')
      .values({
        id: link.id,
        run_number: row.number,
        allows: link.allows,
        preview: link.preview ? 1 : 0,
        note: link.note,
        made_by: link.by,
        made_at_ms: atMs,
        until_ms: link.untilMs,
        uses: 0,
      })
      // a transaction whose end was not heard is repeated
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  });
}

function readLink(row: Selectable<LinkTable>): Link {
  return {
    id: row.id,
    allows: row.allows as LinkAllows,
    preview: row.preview === 1,
    note: row.note,
    by: row.made_by,
    atMs: row.made_at_ms,
    untilMs: row.until_ms,
    uses: row.uses,
    ...(row.used_at_ms === null ? {} : { usedAtMs: row.used_at_ms }),
    ...(row.revoked_at_ms === null ? {} : { revokedAtMs: row.revoked_at_ms }),
  };
}
