/** Rollbacks of scripts in the database, on every engine. */
import { AppError } from '../domain/error.ts';
import { ROLLBACK_LIMITS, type Rollback, type RollbackStore, type StoredRollback } from '../domain/rollback.ts';
import type { StoreContext } from './store-context.ts';

/** The body of a row. */
interface Body extends Pick<Rollback, 'over' | 'by' | 'atMs'> {
  readonly sidecarFile?: string;
}

export function createRollbackStore(
  { engine }: Pick<StoreContext, 'engine'>,
  { count } = ROLLBACK_LIMITS,
): RollbackStore {
  const { db } = engine;
  return {
    async list() {
      const rows = await db.selectFrom('rollbacks').select(['script', 'id']).execute();
      return new Map(rows.map(({ script, id }) => [script, id]));
    },
    async find(script) {
      const row = await db.selectFrom('rollbacks').selectAll().where('script', '=', script).executeTakeFirst();
      if (row === undefined) return undefined;
      const { sidecarFile, ...body } = JSON.parse(row.body) as Body;
      const beside =
        sidecarFile === undefined || row.sidecar === null
          ? {}
          : { sidecar: { file: sidecarFile, bytes: Buffer.from(row.sidecar, 'base64') } };
      return { script, id: row.id, ...body, bytes: Buffer.from(row.source, 'base64'), ...beside };
    },
    async put({ script, id, over, by, atMs, bytes, sidecar }: StoredRollback) {
      const body: Body = { over, by, atMs, ...(sidecar === undefined ? {} : { sidecarFile: sidecar.file }) };
      const row = {
        script,
        id,
        body: JSON.stringify(body),
        source: Buffer.from(bytes).toString('base64'),
        sidecar: sidecar === undefined ? null : Buffer.from(sidecar.bytes).toString('base64'),
      };
      await engine.transaction(async (transaction) => {
        await transaction.deleteFrom('rollbacks').where('script', '=', script).execute();
        const { all } = await transaction
          .selectFrom('rollbacks')
          .select(({ fn }) => fn.countAll().as('all'))
          .executeTakeFirstOrThrow();
        if (Number(all) >= count)
          throw new AppError('unavailable', `${count} scripts are rolled back; undo one of them first.`);
        await transaction.insertInto('rollbacks').values(row).execute();
      });
    },
    async remove(script, id) {
      const one = db.deleteFrom('rollbacks').where('script', '=', script);
      await (id === undefined ? one : one.where('id', '=', id)).execute();
    },
  };
}
