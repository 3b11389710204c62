/** Where entries of the audit are copied. */
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkAuditCopy } from '../../src/cli/doctor/doctor-audit-copy.ts';
import { auditCopy, auditLossFile, readAuditLoss } from '../../src/compose/compose-audit.ts';
import { readSyslogAddress } from '../../src/domain/syslog.ts';
import { LOCAL } from '../../src/domain/access/access.ts';
import { exportAudit } from '../../src/app/audit/audit-read.ts';
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

/** Reads frames as a syslog server does: a length in bytes, a blank, so many bytes. */
function readFrames(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(32, at);
    const end = blank + 1 + Number(bytes.subarray(at, blank).toString());
    if (blank < 0 || end > bytes.length) break;
    found.push(bytes.subarray(blank + 1, end).toString());
    at = end;
  }
  return found;
}

async function listen(port = 0) {
  const sockets = new Set<Socket>();
  let bytes = Buffer.alloc(0);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (chunk) => void (bytes = Buffer.concat([bytes, chunk]))).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, messages: () => readFrames(bytes), close };
}

it('sends entries to a syslog server as RFC 5424 says, and later those that came while it was away', async () => {
  const [folder, log] = [await openFolder(), createLog()];
  const first = await listen();
  const syslog = readSyslogAddress(`tcp://127.0.0.1:${String(first.port)}`)!;
  const lossFile = join(folder, 'loss.json');
  const store = await openAudit(folder, auditCopy({ ...ON, copy: { syslog } }, log, lossFile));
  await store.add({ atMs: 1_000, action: 'ran', actor: 'ana', values: { day: 'a\nb "é"' } });
  await expect.poll(first.messages).toHaveLength(1);
  const [, head, text] = /^(<110>1 \S+ \S+ script-runner \d+ audit -) (.*)$/s.exec(first.messages()[0] ?? '') ?? [];
  expect([head, text]).toEqual([expect.stringContaining(' 1970-01-01T00:00:01.000Z '), (await exported(store))[0]]);
  await first.close();
  await expect.poll(() => log.lines.map(([, , said]) => said)).toEqual([expect.stringContaining('it waits')]);
  await store.add({ atMs: 2_000, action: 'saw', actor: 'bob' });
  await store.add({ atMs: 3_000, action: 'saw', actor: 'cy' });
  const finding = async () => checkAuditCopy({ data: folder, audit: { ...ON, copy: { syslog } } });
  expect(await finding()).toMatchObject([{ state: 'warning', text: expect.stringContaining('cannot be reached') }]);
  const second = await listen(first.port);
  await expect
    .poll(() => second.messages().map((each) => each.slice(each.indexOf('{'))), { timeout: 30_000 })
    .toEqual((await exported(store)).slice(1));
  await expect.poll(() => log.lines.at(-1)?.[2]).toContain('again');
  expect(await finding()).toMatchObject([{ state: 'ok' }]);
  expect(readAuditLoss(lossFile)).toBeUndefined();
});

it('counts what a syslog server that is away does not get once too much waits, and doctor says it', async () => {
  const [data, log] = [await openFolder(), createLog()];
  const gone = await listen();
  await gone.close();
  const syslog = { protocol: 'tcp', host: '127.0.0.1', port: gone.port } as const;
  const audit = { ...ON, copy: { syslog } };
  const store = await openAudit(data, auditCopy(audit, log, auditLossFile(data)));
  const note = 'x'.repeat(900_000);
  for (let number = 1; number <= 11; number += 1)
    await store.add({ atMs: number, action: 'saw', actor: 'ana', details: { note } });
  expect(readAuditLoss(auditLossFile(data))).toEqual({ count: 3, first: 9, last: 11 });
  expect(await checkAuditCopy({ data, audit })).toMatchObject([
    { state: 'warning', text: expect.stringContaining('has not got 3 entries, of the numbers 9 to 11') },
  ]);
  expect(log.lines.filter(([level]) => level === 'error')).toHaveLength(1);
  expect(await store.bounds()).toEqual({ first: 1, last: 11 });
});

it.each(['tcp://', 'udp://logs', 'tls://logs:0', 'tls://logs:65536', 'tls://logs/x', 'logs:514', 'tcp://a b'])(
  'reads no server in %s',
  (text) => expect(readSyslogAddress(text)).toBeUndefined(),
);
