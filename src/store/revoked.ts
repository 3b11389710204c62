/** What was revoked is listed for a while; who makes and revokes one after the other fills nothing. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/** Deletes all revoked rows of one owner but the newest. `of`: the column of the owner, and its value. */
export async function forgetRevoked(
  db: Transaction<Tables>,
  table: 'links' | 'tokens',
  of: { readonly run_number: number } | { readonly person_id: string },
  most: number,
): Promise<void> {
  const [[column = '', owner] = []] = Object.entries(of);
  const revoked = sql`${sql.ref(column)} = ${owner} and revoked_at_ms is not null`;
  await sql`delete from ${sql.table(table)} where ${revoked} and id not in
    (select id from ${sql.table(table)} where ${revoked} order by revoked_at_ms desc limit ${most})`.execute(db);
}
