/** What `doctor` says about the audit: whether its newest part is as it was written. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_ENTRIES } from '../app/audit-shorten.ts';
import { verifyAudit } from '../app/audit-read.ts';
import type { Config } from '../config/config.ts';
import { LOCAL } from '../domain/access/access.ts';
import { chainHash } from '../store/audit-chain.ts';
import { createAuditStore } from '../store/audit.ts';
import { DATABASE } from '../store/database-check.ts';
import { openPostgres } from '../store/engine/postgres.ts';
import { openSqliteReader } from '../store/engine/sqlite.ts';
import { checkMigrations } from '../store/migrate.ts';
import type { DoctorFinding } from './doctor-check.ts';

/** The newest entries, which take a second; `audit verify` verifies all. */
const NEWEST = 20_000;

/** Nothing if nothing was recorded, or there is no database of this version. Only reads. */
export async function checkAudit({
  data,
  database,
}: Pick<Config, 'data' | 'database'>): Promise<readonly DoctorFinding[]> {
  const path = join(data, DATABASE);
  if (database === undefined && !existsSync(path)) return [];
  const engine =
    database === undefined ? openSqliteReader(path) : openPostgres({ url: database.url, role: 'doctor' }, 1);
  try {
    if ((await checkMigrations(engine)) !== 'current') return [];
    const auditStore = createAuditStore({ engine });
    const bounds = await auditStore.bounds();
    if (bounds === undefined) return [];
    const { count, problem } = await verifyAudit({ auditStore }, LOCAL, chainHash, NEWEST);
    const text = `the newest ${count} entries are as they were written`;
    if (problem !== undefined)
      return [
        { name: 'Audit', state: 'problem', text: problem, remedy: 'See docs/audit.md: script-runner audit verify' },
      ];
    const isFull = bounds.last - bounds.first >= MOST_ENTRIES * 0.9;
    if (!isFull) return [{ name: 'Audit', state: 'ok', text }];
    return [
      {
        name: 'Audit',
        state: 'warning',
        text: `${text}; there are nearly as many as are kept, ${MOST_ENTRIES}`,
        remedy: 'Export older ones (script-runner audit list --until …): the oldest will be deleted.',
      },
    ];
  } catch {
    // what else reads the database says what is wrong with it
    return [];
  } finally {
    await engine.close();
  }
}
