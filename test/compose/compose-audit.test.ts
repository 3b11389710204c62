/** Where entries of the audit are copied. */
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { auditCopy } from '../../src/compose/compose-audit.ts';
import { LOCAL } from '../../src/domain/access/access.ts';
import { exportAudit } from '../../src/app/audit-read.ts';
import { auditLine, type AuditStore } from '../../src/domain/audit.ts';
import { createAuditStore } from '../../src/store/audit.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { migrate } from '../../src/store/migrate.ts';

const ON = { isOn: true, keptMs: 1_000 };

function createLog() {
  const lines: [string, object, string][] = [];
  const level = (name: string) => (details: object, message: string) => void lines.push([name, details, message]);
  return { lines, info: level('info'), warn: level('warn'), error: level('error') };
}

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'audit-copy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function openAudit(folder: string, copy: ReturnType<typeof auditCopy>): Promise<AuditStore> {
  const engine = openSqlite(join(folder, 'runs.db'));
  onTestFinished(() => engine.close());
  await migrate(engine);
  return createAuditStore({ engine, ...copy });
}

async function exported(auditStore: AuditStore): Promise<string[]> {
  const lines: string[] = [];
  for await (const entries of exportAudit({ auditStore }, LOCAL, {})) lines.push(...entries.map(auditLine));
  return lines.reverse();
}

const linesOf = async (file: string) => (await readFile(file, 'utf8')).trimEnd().split('\n');

it('copies entries to a file, also after it was renamed, and goes on when it cannot', async () => {
  const folder = await openFolder();
  const [file, old, log] = [join(folder, 'audit.jsonl'), join(folder, 'audit.jsonl.1'), createLog()];
  const store = await openAudit(folder, auditCopy({ ...ON, copy: { file } }, log));
  expect((await stat(file)).mode & 0o007).toBe(0);
  await store.add({ atMs: 1, action: 'ran', actor: 'ana', values: { day: 'a\nb "é"' } });
  await store.add({ atMs: 2, action: 'saw', actor: 'bob' });
  await rename(file, old);
  await store.add({ atMs: 3, action: 'saw', actor: 'ana' });
  expect([...(await linesOf(old)), ...(await linesOf(file))]).toEqual(await exported(store));
  expect(log.lines).toEqual([]);
  await rm(file);
  await mkdir(file);
  await store.add({ atMs: 4, action: 'saw', actor: 'ana' });
  expect(log.lines).toMatchObject([['error', { file }, 'The audit cannot be copied to its file']]);
  expect(await store.bounds()).toEqual({ first: 1, last: 4 });
});

it('refuses a file that cannot be written, and names it', async () => {
  const folder = await openFolder();
  const file = join(folder, 'missing', 'audit.jsonl');
  expect(() => auditCopy({ ...ON, copy: { file } }, createLog())).toThrow(`audit_log: the file ${file} cannot`);
});

it('copies entries to the log, or nowhere', async () => {
  const [folder, log] = [await openFolder(), createLog()];
  const store = await openAudit(folder, auditCopy({ ...ON, copy: 'log' }, log));
  await store.add({ atMs: 1, action: 'ran', actor: 'ana', script: 'sales' });
  const [newest] = await store.list({ limit: 1 });
  const entry = { number: 1, action: 'ran', actor: 'ana', script: 'sales' };
  expect(log.lines).toMatchObject([['info', { hash: newest?.hash, entry }, 'audit']]);
  expect(auditCopy({ ...ON, copy: undefined }, log)).toEqual({});
});
