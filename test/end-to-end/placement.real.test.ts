/** Workers without a scripts folder: the files beside scripts reach them from the store. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MAIN } from '../cli/command.ts';
import { useDaemons } from '../cli/daemon.ts';
import { languageKernel, languageProgram } from '../kernel/language-kernel.ts';
import { findUv } from '../python/find-uv.ts';
import { createPackageIndex } from '../python/package-index.ts';
import { testPython } from '../python.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { choicesOf, events, read, run, submit } from './client.ts';
import { makeProject, notebook } from './project.ts';

const READS = `import os, pandas, helper
from tools.more import MORE
pathlib = __import__("pathlib")
print(pandas.read_csv("data.csv")["amount"].sum(), helper.NAME, MORE, sorted(name for name in os.listdir(".") if name != "__pycache__"))
print(pathlib.Path("data.csv").resolve())`;
const FURTHER = `print(open("../shared/rates/x.txt").read(), open("data.csv").readline())`;
const WRITES = `open("data.csv", "a").write("99\\n")
open("made.txt", "w").write("x")
print(open("data.csv").read().split())`;

const CITIES = `# %% tags=["choices"]
def choices_city(region):
    import rivers
    return [region + line for line in open("cities.txt").read().split()] + [rivers.NAME]
# %% tags=["parameters"]
region = "n-"
city: str
# %%
print("chosen", city)
`;
const STORES = {
  store: { 'x-choices': { connection: 'shop', query: "select n, 'Store ' || n from generate_series(1, :most) n" } },
};

const R = { name: 'r-of-one', display_name: 'R', language: 'R' };
const PACKAGED = `import sys
# /// script
# dependencies = ["onlyhere"]
# ///
import onlyhere
print("on the one with", onlyhere.value)`;
const hasR = languageProgram('R') !== undefined;
const uv = findUv();

function withMetadata(source: string, metadata: object): string {
  const parsed = JSON.parse(notebook(source)) as { metadata: object };
  return JSON.stringify({ ...parsed, metadata: { ...parsed.metadata, ...metadata } });
}

const project = makeProject({
  'scripts/sales/weekly.ipynb': notebook(READS),
  'scripts/sales/writes.ipynb': notebook(WRITES),
  'scripts/sales/tagged.ipynb': withMetadata('print("on the worker with a GPU")', {
    script_runner: { needs: ['gpu'] },
  }),
  'scripts/sales/further.ipynb': notebook(FURTHER),
  'scripts/sales/further.params.json': JSON.stringify({ 'x-script-runner': { files: ['../shared'] } }),
  'scripts/shared/rates/x.txt': 'shared rates',
  'scripts/sales/data.csv': 'amount\n1\n2\n',
  'scripts/sales/helper.py': 'NAME = "first"\n',
  'scripts/sales/tools/more.py': 'MORE = 7\n',
  'scripts/sales/large.bin': 'x'.repeat(200_000),
  'scripts/sales/.env': 'SECRET=1\n',
  'scripts/needs/large.ipynb': withMetadata('print("on the worker with memory")', {
    script_runner: { needs_memory: '3GB' },
  }),
  'scripts/needs/r.ipynb': withMetadata('cat("on the worker with R")', { kernelspec: R }),
  'scripts/needs/packaged.ipynb': notebook(PACKAGED),
  'scripts/costs/monthly.py': '# %%\nprint("costs", open("rate.txt").read())\n',
  'scripts/costs/rate.txt': '1.5',
  'scripts/choice/city.py': CITIES,
  'scripts/choice/cities.txt': 'Rome Oslo',
  'scripts/choice/rivers.py': 'NAME = "Po"\n',
  'scripts/choice/store.py': '# %% tags=["parameters"]\nmost = 2\nstore: int\n# %%\nprint("chosen", store)\n',
  'scripts/choice/store.params.json': JSON.stringify(STORES),
});
/** Has settings only. */
const empty = [makeProject({ 'script-runner.toml': '' }), makeProject({ 'script-runner.toml': '' })];
/** The package exists nowhere else; nobody is asked. */
const NO_PACKAGES = { PIP_NO_INDEX: '1' };
const LONG = { timeout: 40_000 };
const daemons = useDaemons(afterAll, async () => {
  await server.stop();
  for (const { remove } of [project, ...empty]) remove();
});
let server: PostgresServer;
let web: string;

const shared = () => join(project.folder, '.script-runner');

const start = async (
  role: 'web' | 'worker',
  folder: string,
  flags: readonly string[] = [],
  environment: NodeJS.ProcessEnv = NO_PACKAGES,
) =>
  daemons.start(role, folder, {
    flags: ['--data', shared(), '--bundle-limit', '100KB', '--log', 'json', '--memory-limit', '2GB', ...flags],
    environment: { ...environment, SCRIPT_RUNNER_DATABASE: await address },
  });

let address: Promise<string>;

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
  address = server.address();
  const login = { host: '127.0.0.1', port: server.port, user: 'ana', password: server.password, database: 'postgres' };
  mkdirSync(join(empty[0]!.folder, '.link'));
  writeFileSync(
    join(empty[0]!.folder, '.link/link.config'),
    JSON.stringify({ dbs: { shop: { wrapper: 'PostgresDB', ...login } } }),
    { mode: 0o600 },
  );
  web = (await start('web', project.folder)).url;
  await start('worker', empty[0]!.folder);
  await vi.waitFor(() => read(`${web}/readyz`), { timeout: 60_000 });
});

/** What a run printed, with its notices. */
async function printed(script: string): Promise<string> {
  const { id, status, outcome } = await run(web, script);
  const log = await events(web, id);
  const text = log.map((event) => String(event['text'] ?? '')).join('\n');
  expect([status, outcome, text]).toEqual(['succeeded', outcome, text]);
  return text;
}

it('execute scripts with their data, their modules and their folders, as of the submission', async () => {
  const first = await printed('sales/weekly');
  expect(first).toContain(
    `3 first 7 ['data.csv', 'further.ipynb', 'further.params.json', 'helper.py', 'tagged.ipynb', 'tools', 'weekly.ipynb', 'writes.ipynb']`,
  );
  expect(first).toContain('Files beside the script that its worker does not have: large.bin (');
  expect(first).toContain('/sales/data.csv');
  expect(await printed('sales/further')).toContain('shared rates amount');
  writeFileSync(join(project.folder, 'scripts/sales/data.csv'), 'amount\n10\n20\n');
  writeFileSync(join(project.folder, 'scripts/sales/helper.py'), 'NAME = "second"\n');
  expect(await printed('sales/weekly')).toContain('30 second 7');
  expect(await printed('costs/monthly')).toContain('costs 1.5');
});

it('read the choices of a web: by a function with its files, and by a query with the connections of the worker', async () => {
  const values = async (script: string, field: string, parameters: object) =>
    (await choicesOf(web, script, field, parameters)).choices.map(({ value }) => value);
  expect(await values('choice/city', 'city', { region: 's-' })).toEqual(['s-Rome', 's-Oslo', 'Po']);
  const page = await read(`${web}/s/choice/city?region=s-`);
  expect(page).toContain('<option value="s-Oslo">');
  expect((await run(web, 'choice/city', { region: 's-', city: 's-Oslo' })).status).toBe('succeeded');
  await expect(run(web, 'choice/city', { region: 's-', city: 'n-Oslo' })).rejects.toThrow(/not one of the choices/);
  expect(await values('choice/store', 'store', { most: 3 })).toEqual(['1', '2', '3']);
  expect((await run(web, 'choice/store', { most: 3, store: 3 })).status).toBe('succeeded');
  const wrong = await choicesOf(web, 'choice/store', 'store', { most: 10_001 });
  expect(wrong.problem).toMatch(/^The choices cannot be read: ValueError: There are more than 10,000 choices/);
});

it('keep what a run writes beside its script from the next one', async () => {
  for (let count = 0; count < 2; count += 1) {
    const text = await printed('sales/writes');
    expect(text).toContain("['amount', '10', '20', '99']");
    expect(text).toContain('discarded after this run: sales/data.csv, sales/made.txt');
  }
  expect(await printed('sales/weekly')).toContain('30 second');
});

/** What no worker has at first, in words; the script that needs it prints the last text. */
const NEEDS = {
  'sales/tagged': [/the tag “gpu”/, 'on the worker with a GPU'],
  'needs/large': [/3 GB of memory for one run/, 'on the worker with memory'],
  ...(hasR ? { 'needs/r': [/a kernel for r|the kernel “r-of-one”/, 'on the worker with R'] } : {}),
  ...(uv === undefined ? {} : { 'needs/packaged': [/the packages that its script declares/, 'on the one with 42'] }),
} satisfies Record<string, readonly [RegExp, string]>;
const skipped = `${hasR ? '' : ' (R: needs IRkernel)'}${uv === undefined ? ' (packages: needs uv)' : ''}`;

it(
  `say of runs that none of them can execute what they need, until workers come that have it${skipped}`,
  { timeout: 120_000 },
  async () => {
    const waiting = await Promise.all(
      Object.entries(NEEDS).map(async ([script, [need, text]]) => ({ ...(await submit(web, script)), need, text })),
    );
    const find = async (id: string) =>
      JSON.parse(await read(`${web}/api/v1/runs/${id}`)) as { status: string; queue?: { waitsFor: string } };
    for (const { id, need } of waiting) {
      const sentence = new RegExp(`It waits for a worker with (${need.source}): no connected worker has that\\.`);
      await expect.poll(async () => (await find(id)).queue?.waitsFor, { timeout: 30_000 }).toMatch(sentence);
      expect((await find(id)).status).toBe('queued');
      expect(await read(`${web}/runs/${id}`)).toMatch(sentence);
      const { waitsFor = '' } = (await find(id)).queue ?? {};
      expect(await read(`${web}/metrics`)).toContain(`script_runner_runs_unplaced{reason="${waitsFor}"} 1`);
    }
    const doctor = spawnSync(process.execPath, [MAIN, 'doctor', project.folder, '--data', shared()], {
      encoding: 'utf8',
      env: { ...process.env, SCRIPT_RUNNER_DATABASE: await address, SCRIPT_RUNNER_PYTHON: testPython() },
    });
    for (const { need } of waiting)
      expect(doctor.stdout).toMatch(new RegExp(`1 waiting run\\(s\\): It waits for a worker with (${need.source})`));
    // other runs do not wait behind them
    expect(await printed('costs/monthly')).toContain('costs 1.5');
    const index = uv === undefined ? undefined : createPackageIndex(uv);
    index?.add('onlyhere', '1.0', 'value = 42');
    const kernels = hasR ? await kernelOfOne() : undefined;
    const starting = [
      start('worker', empty[1]!.folder, ['--worker-tags', 'gpu', '--memory-limit', '4GB']),
      start('worker', empty[1]!.folder, [], { ...index?.environment, ...(kernels && { JUPYTER_PATH: kernels }) }),
    ];
    await Promise.allSettled(starting);
    const [gpu, other] = await Promise.all(starting);
    for (const { id } of waiting) await expect.poll(async () => (await find(id)).status, LONG).toBe('succeeded');
    for (const { id, text } of waiting) {
      const log = (await events(web, id)).map((event) => String(event['text'] ?? '')).join('\n');
      expect(log).toContain(text);
      expect(await find(id)).not.toHaveProperty('queue');
      const isOfGpu = /GPU|memory/.test(text);
      expect([gpu?.log().includes(id), other?.log().includes(id)]).toEqual([isOfGpu, !isOfGpu]);
    }
    expect(await read(`${web}/metrics`)).not.toContain('script_runner_runs_unplaced{');
  },
);

/** A Jupyter data folder with a kernel of R by a name that no other worker has. */
async function kernelOfOne(): Promise<string> {
  const { dataDirectory } = await languageKernel('R');
  renameSync(join(dataDirectory, 'kernels/ir'), join(dataDirectory, 'kernels/r-of-one'));
  return dataDirectory;
}
