/** The copy of the audit at a real syslog server, with and without TLS, and what doctor says while it is stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import type { Log } from '../../src/app/context.ts';
import { checkAuditCopy } from '../../src/cli/doctor/doctor-audit-copy.ts';
import { auditCopy } from '../../src/compose/compose-audit.ts';
import { auditLine, type AuditEntry } from '../../src/domain/audit.ts';
import { readSyslogAddress } from '../../src/domain/syslog.ts';
import { createAuditStore } from '../../src/store/audit.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { migrate } from '../../src/store/migrate.ts';
import { makeCertificate } from '../certificate.ts';
import { freePort } from '../free-port.ts';

const USUAL = '/usr/sbin/rsyslogd';
const RSYSLOG = process.env['SCRIPT_RUNNER_RSYSLOG'] ?? (existsSync(USUAL) ? USUAL : undefined);
const HAS_TLS = globSync('/usr/lib/{*/,}rsyslog/lmnsd_gtls.so').length > 0;
const WAIT = { timeout: 30_000 };

/** Writes what it gets on this port into the file `got`. */
async function startRsyslog(folder: string, port: number, isSecure: boolean): Promise<() => Promise<void>> {
  const file = (name: string) => JSON.stringify(join(folder, name));
  const tls = isSecure ? 'streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon"' : '';
  const keys = `defaultNetstreamDriverCertFile=${file('crt')} defaultNetstreamDriverKeyFile=${file('key')}`;
  writeFileSync(
    join(folder, 'conf'),
    `global(workDirectory=${file('')} maxMessageSize="64k" ${isSecure ? keys : ''})
module(load="imtcp")
template(name="raw" type="string" string="%syslogfacility% %syslogseverity-text% %app-name% %msgid% %msg%\n")
input(type="imtcp" port="${String(port)}" address="127.0.0.1" ruleset="keep" ${tls})
ruleset(name="keep") { action(type="omfile" file=${file('got')} template="raw") }
`,
  );
  const child = spawn(RSYSLOG ?? '', ['-n', '-f', join(folder, 'conf'), '-i', join(folder, 'pid')], {
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(stop);
  return stop;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

for (const protocol of ['tcp', 'tls'] as const)
  it.skipIf(RSYSLOG === undefined || (protocol === 'tls' && !HAS_TLS))(
    `gets every entry by ${protocol}, also those of the time in which it was stopped (needs rsyslog)`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'rsyslog-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      if (protocol === 'tls') trust(folder);
      const port = await freePort();
      const syslog = readSyslogAddress(`${protocol}://localhost:${String(port)}`)!;
      const audit = { isOn: true, keptMs: 1_000, copy: { syslog } };
      const finding = async () => (await checkAuditCopy({ data: folder, audit }))[0];
      const engine = openSqlite(join(folder, 'runs.db'));
      onTestFinished(() => engine.close());
      await migrate(engine);
      const sent: AuditEntry[] = [];
      const copy = auditCopy(audit, silent);
      const store = createAuditStore({
        engine,
        onAudited(entries) {
          sent.push(...entries);
          copy.onAudited?.(entries);
        },
      });
      const got = () => (existsSync(join(folder, 'got')) ? readFileSync(join(folder, 'got'), 'utf8') : '');
      const expected = () => sent.map((entry) => `13 info script-runner audit ${auditLine(entry)}\n`).join('');

      const stop = await startRsyslog(folder, port, protocol === 'tls');
      await expect.poll(finding, WAIT).toMatchObject({ state: 'ok' });
      await store.add({
        atMs: 1,
        action: 'ran',
        actor: 'ana',
        values: { text: 'a\nb "é" \u2028', long: 'x'.repeat(400) },
      });
      const many = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`n${String(at)}`, 'ü'.repeat(500)]));
      await store.add({ atMs: 2, action: 'saw', actor: 'ana', details: many });
      await expect.poll(got, WAIT).toBe(expected());
      await stop();
      expect(await finding()).toMatchObject({ state: 'warning', text: expect.stringContaining('cannot be reached') });
      await store.add({ atMs: 3, action: 'saw', actor: 'bob' });
      await startRsyslog(folder, port, protocol === 'tls');
      // what was handed over when it was killed may be lost to it: syslog confirms nothing
      await store.add({ atMs: 4, action: 'saw', actor: 'cy' });
      await expect.poll(got, WAIT).toContain(auditLine(sent.at(-1)!));
      expect(await finding()).toMatchObject({ state: 'ok' });
    },
    120_000,
  );

/** From now on, until the end of the test, this process trusts the certificate that it makes. */
function trust(folder: string): void {
  makeCertificate(folder, 'localhost');
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, readFileSync(join(folder, 'crt'), 'utf8')]);
  onTestFinished(() => setDefaultCACertificates(before));
}
