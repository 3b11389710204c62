import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listConnections } from '../../src/app/connection-list.ts';
import { testConnection } from '../../src/app/connection-test.ts';
import { OPERATOR, VIEWER } from '../../src/domain/access/access.ts';
import { createConnectionSource } from '../../src/connection/connection-source.ts';
import { createBench } from '../kernel/fixture.ts';
import { testPython } from '../python.ts';
import { createTestApp } from './test-app.ts';
import type { CellText } from './notebook-bytes.ts';

const PASSWORD = 'S3cret "w@rd" <é>/1';

/** An application with real kernels and these connections. */
async function createProject(dbs: object, cells: readonly (string | CellText)[] = ['1']) {
  const bench = await createBench();
  const testApp = await createTestApp(
    cells,
    {},
    { metadata: { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } } },
  );
  const folder = join(bench.scripts, '../.link');
  mkdirSync(folder);
  writeFileSync(join(folder, 'link.config'), JSON.stringify({ dbs }), { mode: 0o600 });
  const connections = createConnectionSource({ folder, scripts: bench.scripts, environment: {}, allows: () => true });
  const acquire: typeof bench.supplier.acquire = (request, signal) =>
    bench.supplier.acquire({ ...request, directory: bench.scripts }, signal);
  Object.assign(testApp.ctx, { connections, kernels: { ...bench.supplier, acquire } });
  return { ...testApp, scripts: bench.scripts };
}

describe('a connection that is tried', () => {
  it('answers, or says why not, without its password', async () => {
    const refusing = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => {
      refusing.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      refusing.close();
    });
    const { port } = refusing.address() as AddressInfo;
    const { ctx, scripts } = await createProject({
      shop: { wrapper: 'SqliteDB', path: 'shop.db' },
      api: { wrapper: 'JsonClient', base_url: `http://127.0.0.1:${port}`, user: 'ana', password: PASSWORD },
      gone: { wrapper: 'PostgresDB', host: '127.0.0.1', port, user: 'ana', password: PASSWORD, database: 'd' },
      weak: { wrapper: 'PostgresDB', host: 'h', database: 'd', password: 'abc' },
    });
    execFileSync(testPython(), ['-c', 'import sqlite3; sqlite3.connect("shop.db").execute("create table t(a)")'], {
      cwd: scripts,
    });
    expect(await testConnection(ctx, OPERATOR, 'dbs.shop')).toEqual({
      ok: true,
      ms: expect.any(Number),
      message: 'It answered “select 1”.',
    });
    expect(await testConnection(ctx, OPERATOR, 'dbs.api')).toMatchObject({ ok: true, message: 'It was opened.' });
    // without the driver the reason is another one
    expect(await testConnection(ctx, OPERATOR, 'dbs.gone')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^(OperationalError|ModuleNotFoundError): ./),
    });
    await expect(testConnection(ctx, OPERATOR, 'dbs.weak')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('cannot be hidden in reports'),
    });
    await expect(testConnection(ctx, VIEWER, 'dbs.shop')).rejects.toMatchObject({ code: 'forbidden' });
    expect((await listConnections(ctx, OPERATOR)).connections.map(({ name }) => name)).toEqual([
      'dbs.shop',
      'dbs.api',
      'dbs.gone',
      'dbs.weak',
    ]);
    await expect(listConnections(ctx, VIEWER)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

/** Ways in which a notebook can reveal its password, each in a cell. `p` is the password. */
const LEAKS = [
  'print(p)',
  'for c in p: print(c, end="", flush=True)',
  'import sys, time\nfor c in p: sys.stderr.write(c); sys.stderr.flush(); time.sleep(0.005)',
  'import base64, json, html, urllib.parse, binascii',
  'print([base64.b64encode((" " * n + p).encode()).decode() for n in range(3)], base64.urlsafe_b64encode(("?" + p).encode()))',
  'print(urllib.parse.quote(p), urllib.parse.quote_plus(p), urllib.parse.quote(p, safe=""))',
  'print(json.dumps({"p": p}), json.dumps(p, ensure_ascii=False), json.dumps(json.dumps(p)), repr(p), ascii(p), p.encode())',
  'print(html.escape(p), html.escape(json.dumps(p)), p.encode("ascii", "xmlcharrefreplace"))',
  'print(p.encode().hex(), p.encode().hex().upper())',
  'from IPython.display import display, HTML, Markdown, JSON\ndisplay(HTML("<b>" + html.escape(p) + "</b>"), Markdown("**" + p + "**"), JSON({p: [p, {"deep": p}]}))',
  'p',
  'h = display({"text/plain": "x", "application/json": {"a": p}}, raw=True, display_id="d", metadata={"note": p})\nh.update({"text/plain": p}, raw=True)',
  'import pandas as pd\npd.DataFrame({p: [p]})',
  'import script_runner\nscript_runner.progress(0.5, p); script_runner.result("r " + p, {"v": p}); script_runner.download("password\\n" + p + "\\n", "out.csv")',
  'import os\nopen(os.path.join(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"], "config.json"), "w").write(json.dumps({"p": p}))\nprint(os.environ)',
  'import warnings, logging\nwarnings.warn(p); logging.error("failed for %s", p)',
  'raise ValueError(p)',
];

describe('a report', () => {
  it('holds no password, however a notebook lets it out', async () => {
    const config = {
      vault: { wrapper: 'PostgresDB', host: 'db.example', user: 'ana', password: PASSWORD, database: 'sales' },
    };
    const read =
      'import json, os\np = json.load(open(os.environ["LNK_DIR"] + "/link.config"))["dbs"]["vault"]["password"]\nprint("user ana, length", len(p))';
    const { ctx, run } = await createProject(config, [
      { source: 'key: str = ""', tags: ['parameters'] },
      read,
      ...LEAKS.slice(0, -1),
      'print(key, key[::-1])',
      LEAKS.at(-1)!,
    ]);
    const { run: ended, events } = await run({ key: 'Param3ter-w0rd' });
    const log = JSON.stringify(events);
    expect(ended).toMatchObject({ status: 'failed', outcome: { exception: { name: 'ValueError', value: '•••' } } });
    expect(log).toContain(`user ana, length ${String(PASSWORD.length)}`);
    expect(log).toContain('dr0w-ret3maraP');
    const texts = [log, JSON.stringify(ended)];
    for (const { hash } of ended.artifacts) texts.push(Buffer.from((await ctx.blobs.get(hash))!).toString());
    expect(ended.artifacts.map(({ name }) => name).sort()).toEqual(['config.json', 'out.csv']);
    const base64 = [0, 1, 2].map((before) =>
      Buffer.from(' '.repeat(before) + PASSWORD)
        .toString('base64')
        .slice(4, 20),
    );
    const forms = [
      PASSWORD,
      JSON.stringify(PASSWORD).slice(1, -1),
      'S3cret%20',
      'S3cret+%22',
      'S3cret &quot;',
      'S3cret \\\\"',
      Buffer.from(PASSWORD).toString('hex'),
      Buffer.from(PASSWORD).toString('hex').toUpperCase(),
      ...base64,
      'w@rd',
      'w%40rd',
      'Param3ter-w0rd',
    ];
    for (const text of texts) for (const form of forms) expect(text).not.toContain(form);
  });
});
