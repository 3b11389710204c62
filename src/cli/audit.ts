/** `script-runner audit`: prints what was recorded, and verifies it. Only reads, also while a server runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exportAudit, verifyAudit } from '../app/audit/audit-read.ts';
import { readConfig, type ConfigSources } from '../config/config.ts';
import { LOCAL } from '../domain/access/access.ts';
import { AUDIT_ACTIONS, auditLine, type AuditStore } from '../domain/audit.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import { createAuditStore } from '../store/audit.ts';
import { DATABASE } from '../store/database-check.ts';
import { openPostgres } from '../store/engine/postgres.ts';
import { openSqliteReader } from '../store/engine/sqlite.ts';
import { checkMigrations } from '../store/migrate.ts';

type FlagsOf = NonNullable<ConfigSources['flags']>;

export interface EntryQuery {
  readonly by?: string | undefined;
  readonly action?: string | undefined;
  readonly script?: string | undefined;
  readonly run?: string | undefined;
  readonly from?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit?: number | undefined;
}

/** Throws `invalid` for an unknown action, and `conflict` for a database of another version. */
export async function listEntries(folder: string, flags: FlagsOf, query: EntryQuery): Promise<void> {
  const { by, script, run, from, since, until, limit = Infinity } = query;
  const action = AUDIT_ACTIONS.find((known) => known === query.action);
  if (query.action !== undefined && action === undefined)
    throw new AppError('invalid', `There is no action “${query.action}”. Use one of ${AUDIT_ACTIONS.join(', ')}.`);
  const wanted = defined({ actor: by, action, script, run, address: from, sinceMs: since, untilMs: until });
  await withAudit(folder, flags, async (auditStore) => {
    let left = limit;
    for await (const entries of exportAudit({ auditStore }, LOCAL, wanted)) {
      for (const entry of entries.slice(0, left)) console.log(auditLine(entry));
      left -= entries.length;
      if (left <= 0) break;
    }
  });
}

/** Exit code 1 if something was changed or removed. */
export async function verifyEntries(folder: string, flags: FlagsOf): Promise<void> {
  await withAudit(folder, flags, async (auditStore) => {
    const { count, last, problem } = await verifyAudit({ auditStore }, LOCAL);
    const upTo = last === undefined ? '' : `, up to number ${last.number} with the hash ${last.hash}`;
    console.log(`${count} ${count === 1 ? 'entry is' : 'entries are'} as written${upTo}.`);
    if (problem === undefined) return;
    console.error(problem);
    process.exitCode = 1;
  });
}

async function withAudit(folder: string, flags: FlagsOf, work: (store: AuditStore) => Promise<void>): Promise<void> {
  const { data, database } = readConfig({ target: folder, flags });
  const path = join(data, DATABASE);
  if (database === undefined && !existsSync(path))
    throw new AppError('invalid', `There are no reports in ${data}. Name the project with --folder, or --data.`);
  const engine =
    database === undefined ? openSqliteReader(path) : openPostgres({ url: database.url, role: 'audit' }, 1);
  try {
    if ((await checkMigrations(engine)) !== 'current')
      throw new AppError('conflict', 'The database is of another version. Start the server of this version first.');
    await work(createAuditStore({ engine }));
  } finally {
    await engine.close();
  }
}
