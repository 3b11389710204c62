/** Runs on a Jupyter gateway, through the server: what a reader gets, and what is said when something is wrong. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptRunner } from '../cli/command.ts';
import { useDaemons, type Daemon } from '../cli/daemon.ts';
import { freePort } from '../free-port.ts';
import { missingJupyter, startJupyter, TOKEN, type JupyterServer } from '../kernel/jupyter-server.ts';
import { languageKernel, languageProgram } from '../kernel/language-kernel.ts';
import { programsIn } from '../program.ts';
import { testPython } from '../python.ts';
import { choicesOf, events, findRun, read, run, submit } from './client.ts';
import { makeProject, notebook } from './project.ts';

const PASSWORD = 'pw-41c9ae7d02';
const CONNECTION = 'cn-9be81f0d33';
const program = programsIn(import.meta.dirname);
const missing = missingJupyter('Jupyter Server');

const project = makeProject({
  'scripts/all.ipynb': notebook(
    '# parameters\nregion: str = "north"\nkey: str = ""',
    'import script_runner, pandas, os\nprint(region, len(key), key)',
    'import json\nprint(json.load(open(os.environ["LNK_DIR"] + "/link.config"))["dbs"]["shop"])',
    'import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()',
    'sales = pandas.DataFrame({"n": range(1000)})\nsales',
    'script_runner.download(sales, "sales.csv")\nscript_runner.result("total", int(sales.n.sum()))',
    'open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/plain.txt", "w").write("later")',
  ),
  'scripts/all.params.json': JSON.stringify({
    type: 'object',
    properties: { key: { type: 'string', format: 'password' } },
  }),
  'scripts/sales/beside.ipynb': notebook(
    'import helper, pandas, os\nprint(pandas.read_csv("data/a.csv").n.sum(), helper.NAME, sorted(os.listdir(".")))',
    'print(len(open("big.txt").read()), os.path.basename(os.getcwd()), os.getcwd())',
  ),
  'scripts/sales/data/a.csv': 'n\n1\n2\n',
  'scripts/sales/helper.py': 'NAME = "hélper"',
  'scripts/sales/big.txt': 'x'.repeat(2_500_000),
  'scripts/sales/huge.bin': 'x'.repeat(10_000_001),
  'scripts/sales/.env': 'SECRET=1',
  'scripts/given.ipynb': notebook(
    '# parameters\ndata = ""',
    'import script_runner\nprint(open(data).read(), data == script_runner.params["data"], data)',
  ),
  'scripts/given.params.json': JSON.stringify({ properties: { data: { format: 'file' } } }),
  'scripts/stock/data/a.csv': 'n\n1\n2\n',
  'scripts/stock/table.ipynb': JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'ir', display_name: 'R', language: 'R' },
      language_info: { name: 'R' },
      script_runner: { parameters: { data: { format: 'file' } } },
    },
    cells: ['data <- ""', 'cat(sum(read.csv("data/a.csv")$n), readLines(data, warn = FALSE))'].map((source, at) => ({
      id: `c${at}`,
      cell_type: 'code',
      metadata: at === 0 ? { tags: ['parameters'] } : {},
      execution_count: null,
      outputs: [],
      source,
    })),
  }),
  'scripts/sales/chosen.py': `# %% tags=["choices"]
def choices_city(region):
    import os, helper
    return [region, helper.NAME, os.path.basename(os.path.dirname(os.getcwd()))]
# %% tags=["parameters"]
region = "north"
city = ""
`,
  'scripts/store.ipynb': notebook('# parameters\nregion = "north"\nstore: int', 'print(store)'),
  'scripts/store.params.json': JSON.stringify({
    store: {
      'x-choices': { connection: 'stock', query: 'select id, name from stores where region = :region order by id' },
    },
  }),
  'scripts/fails.ipynb': notebook('1/0'),
  'scripts/dies.ipynb': notebook('import os\nos.kill(os.getpid(), 9)'),
  'scripts/waits.ipynb': notebook('import time\nprint("go", flush=True)\ntime.sleep(600)'),
  'scripts/cobol.ipynb': notebook('1').replaceAll('python', 'cobol'),
  '.link/link.config': JSON.stringify({
    dbs: {
      shop: { wrapper: 'PostgresDB', host: 'db.example', user: 'ana', password: CONNECTION, database: 'd' },
      stock: { wrapper: 'SqliteDB', path: 'shop.sqlite' },
    },
  }),
});
let server: JupyterServer;
let daemon: Daemon;

describe.skipIf(missing !== '')(`a server with a gateway${missing}`, () => {
  const daemons = useDaemons(afterAll, async () => {
    await server?.close();
    project.remove();
  });
  const start = (url: string, token = TOKEN) =>
    daemons.start('serve', project.folder, {
      flags: ['--gateway', url],
      environment: { SCRIPT_RUNNER_GATEWAY_TOKEN: token },
    });
  beforeAll(async () => {
    const kernels = languageProgram('R') === undefined ? [] : [(await languageKernel('R', afterAll)).dataDirectory];
    execFileSync(testPython(), ['-c', program('choice-shop'), join(project.folder, 'shop.sqlite')]);
    server = await startJupyter('Jupyter Server', kernels);
    daemon = await start(server.url);
  });

  it('runs a script with values, pictures, tables and downloads', async () => {
    const done = await run(daemon.url, 'all', { region: 'süd', key: PASSWORD });
    const log = await events(daemon.url, done.id);
    const text = JSON.stringify(log);
    expect(done, text).toMatchObject({ status: 'succeeded', results: [{ name: 'total', value: 499_500 }] });
    expect(done.artifacts.map(({ name }) => name)).toEqual(['sales.csv', 'plain.txt']);
    expect(await read(`${daemon.url}${done.artifacts[0]!.url}`)).toContain('999');
    expect(text).toContain('süd');
    expect(text).toContain('db.example');
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(CONNECTION);
    expect(text).toContain('image/png');
    expect(log).toContainEqual(
      expect.objectContaining({ type: 'table-kept', table: expect.objectContaining({ rows: 1000 }) }),
    );
    expect(log).toContainEqual(expect.objectContaining({ type: 'kernel-ready', supply: 'gateway' }));
    const page = await read(`${daemon.url}/runs/${done.id}`);
    expect(page).toContain('Script Runner does not enforce there: memory_limit');
    for (const secret of [PASSWORD, CONNECTION, TOKEN])
      expect(`${server.log()}${daemon.log()}${daemon.said()}${page}`).not.toContain(secret);
  });

  it('has the files beside the script, within bounds, in a folder that is removed at the end', async () => {
    const done = await run(daemon.url, 'sales/beside');
    const text = (await events(daemon.url, done.id)).map((event) => String(event['text'] ?? '')).join('\n');
    expect(done.status, text).toBe('succeeded');
    expect(text).toContain(`3 hélper ['__pycache__', 'beside.ipynb', 'big.txt', 'chosen.py', 'data', 'helper.py']`);
    expect(text).toContain('2500000 ');
    const page = await read(`${daemon.url}/runs/${done.id}`);
    expect(page).toContain('Files beside the script that are not there: huge.bin.');
    const [, folder = ''] = /2500000 \S+ (\S+)/.exec(text) ?? [];
    expect(folder).toContain('script-runner-');
    await expect.poll(() => existsSync(folder)).toBe(false);
  });

  it('reads choices by a function there, with the files beside the script', async () => {
    const { choices, problem } = await choicesOf(daemon.url, 'sales/chosen', 'city', { region: 'süd' });
    expect([problem, choices.map(({ value }) => value)]).toEqual([
      undefined,
      ['süd', 'hélper', expect.stringMatching(/script-runner-/)],
    ]);
  });

  it('reads choices by a query there, with bound values, and checks runs against them', async () => {
    const { choices, problem } = await choicesOf(daemon.url, 'store', 'store', { region: 'south' });
    expect([problem, choices[0], choices.length]).toEqual([undefined, { value: '1', label: "O'Store 1" }, 5]);
    expect((await choicesOf(daemon.url, 'store', 'store', { region: "x' or '1'='1" })).choices).toEqual([]);
    expect((await run(daemon.url, 'store', { region: 'south', store: 3 })).status).toBe('succeeded');
    await expect(submit(daemon.url, 'store', { region: 'south', store: 4 })).rejects.toThrow('“4” is not one of');
  });

  it('has the files that were given to the run, under the path that its first cell shows', async () => {
    const sent = await fetch(`${daemon.url}/api/v1/uploads?name=a%20%C3%BC.csv`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'n,1',
    });
    const { upload } = (await sent.json()) as { upload: string };
    const done = await run(daemon.url, 'given', { data: upload });
    const log = await events(daemon.url, done.id);
    const text = log.map((event) => String(event['text'] ?? '')).join('');
    expect(done.status, text).toBe('succeeded');
    const [, path = ''] = /^n,1 True (\/tmp\/script-runner-[\w-]+\/1\/a ü\.csv)$/m.exec(text) ?? [];
    expect(JSON.stringify(log)).toContain(`data = \\"${path}\\"`);
    await expect.poll(() => existsSync(path), { timeout: 30_000 }).toBe(false);
  });

  it.skipIf(languageProgram('R') === undefined)('gives files to an R notebook, needs R', async () => {
    const sent = await fetch(`${daemon.url}/api/v1/uploads?name=a.csv`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'n,1',
    });
    const { upload } = (await sent.json()) as { upload: string };
    const done = await run(daemon.url, 'stock/table', { data: upload });
    const text = (await events(daemon.url, done.id)).map((event) => String(event['text'] ?? '')).join('');
    expect([done.status, text]).toEqual(['succeeded', '3 n,1']);
  });

  it('says how a run failed', async () => {
    expect(await run(daemon.url, 'fails')).toMatchObject({
      status: 'failed',
      outcome: { exception: { name: 'ZeroDivisionError' } },
    });
    const died = await run(daemon.url, 'dies');
    expect(died.status).toBe('kernel-died');
    expect(JSON.stringify(await events(daemon.url, died.id))).toContain(
      'reports that the process of this kernel has ended.',
    );
    expect(await run(daemon.url, 'cobol')).toMatchObject({
      status: 'failed',
      outcome: { exception: { value: expect.stringMatching(/^The gateway \S+ has no kernel cobol3\. It has: /) } },
    });
  });

  it('is cancelled, and no kernel stays', async () => {
    const { id } = await submit(daemon.url, 'waits');
    const find = () => findRun(daemon.url, id);
    await expect.poll(async () => (await find()).status, { timeout: 30_000 }).toBe('running');
    await fetch(`${daemon.url}/api/v1/runs/${id}/cancel`, { method: 'POST' });
    await expect.poll(async () => (await find()).status, { timeout: 30_000 }).toBe('cancelled');
    await expect.poll(async () => (await server.kernels()).length, { timeout: 30_000 }).toBe(0);
  });

  it('finds the kernels that a killed server has left, and deletes them', async () => {
    const { id } = await submit(daemon.url, 'waits');
    await expect.poll(async () => (await findRun(daemon.url, id)).status).toBe('running');
    await expect.poll(async () => (await server.kernels()).length).toBe(1);
    daemon.signal('SIGKILL');
    await daemon.ended;
    expect(await server.kernels()).toHaveLength(1);
    daemon = await start(server.url);
    await expect.poll(async () => (await server.kernels()).length, { timeout: 40_000 }).toBe(0);
    expect((await findRun(daemon.url, id)).status).toBe('lost');
    // the gateway answers a little later
    await expect.poll(() => readdirSync(join(project.folder, '.script-runner/gateway-kernels'))).toEqual([]);
    expect((await run(daemon.url, 'fails')).status).toBe('failed');
  }, 120_000);

  it('is checked by doctor', async () => {
    const doctor = async (gateway: string, ...flags: string[]) => {
      const { folder, remove } = makeProject({ 'script-runner.toml': `gateway = "${gateway}"` });
      const { stdout } = await scriptRunner(['doctor', folder, '--json', ...flags]).finally(remove);
      return JSON.parse(stdout) as { name: string }[];
    };
    const check = async (gateway: string) => (await doctor(gateway)).find(({ name }) => name === 'Gateway');
    expect(await check(server.url)).toMatchObject({
      state: 'problem',
      text: expect.stringMatching(/asks for a token\. Set SCRIPT_RUNNER_GATEWAY_TOKEN\.$/),
    });
    expect(await check(`http://127.0.0.1:${await freePort()}`)).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('nothing listens at this address'),
    });
    // no kernel of this machine is needed
    const findings = await doctor(server.url, '--python', '/nowhere/python');
    expect(findings).toContainEqual(
      expect.objectContaining({
        name: 'Python',
        state: 'warning',
        remedy: 'All scripts run on the gateway; this machine needs a Python only to write some documents.',
      }),
    );
    for (const name of ['Kernel', 'Kernelspecs', 'Isolation'])
      expect(findings.map((each) => each.name)).not.toContain(name);
  });
});
