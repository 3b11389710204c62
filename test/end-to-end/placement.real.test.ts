/** Workers without a scripts folder: the files beside scripts reach them from the store. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startRole, type Daemon } from '../cli/daemon.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { events, read, run } from './client.ts';
import { makeProject, notebook } from './project.ts';

const READS = `import os, pandas, helper
from tools.more import MORE
pathlib = __import__("pathlib")
print(pandas.read_csv("data.csv")["amount"].sum(), helper.NAME, MORE, sorted(name for name in os.listdir(".") if name != "__pycache__"))
print(pathlib.Path("data.csv").resolve())`;
const WRITES = `open("data.csv", "a").write("99\\n")
open("made.txt", "w").write("x")
print(open("data.csv").read().split())`;

const project = makeProject({
  'scripts/sales/weekly.ipynb': notebook(READS),
  'scripts/sales/writes.ipynb': notebook(WRITES),
  'scripts/sales/data.csv': 'amount\n1\n2\n',
  'scripts/sales/helper.py': 'NAME = "first"\n',
  'scripts/sales/tools/more.py': 'MORE = 7\n',
  'scripts/sales/large.bin': 'x'.repeat(200_000),
  'scripts/sales/.env': 'SECRET=1\n',
  'scripts/costs/monthly.py': '# %%\nprint("costs", open("rate.txt").read())\n',
  'scripts/costs/rate.txt': '1.5',
});
/** Has settings only. */
const empty = [makeProject({ 'script-runner.toml': '' }), makeProject({ 'script-runner.toml': '' })];
const daemons: Daemon[] = [];
let server: PostgresServer;
let web: string;

const shared = () => join(project.folder, '.script-runner');

async function start(role: 'web' | 'worker', folder: string, ...flags: string[]): Promise<Daemon> {
  const daemon = await startRole(role, folder, {
    flags: ['--data', shared(), '--bundle-limit', '100KB', '--log', 'json', ...flags],
    environment: { SCRIPT_RUNNER_DATABASE: await address },
  });
  daemons.push(daemon);
  return daemon;
}

let address: Promise<string>;

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
  address = server.address();
  web = (await start('web', project.folder)).url;
  await start('worker', empty[0]!.folder);
  await vi.waitFor(() => read(`${web}/readyz`), { timeout: 60_000 });
});
afterAll(async () => {
  for (const daemon of daemons) daemon.signal('SIGKILL');
  await Promise.all(daemons.map(({ ended }) => ended));
  await server.stop();
  for (const { remove } of [project, ...empty]) remove();
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
  expect(first).toContain(`3 first 7 ['data.csv', 'helper.py', 'tools', 'weekly.ipynb', 'writes.ipynb']`);
  expect(first).toContain('Files beside the script that its worker does not have: large.bin (');
  expect(first).toContain('/sales/data.csv');
  writeFileSync(join(project.folder, 'scripts/sales/data.csv'), 'amount\n10\n20\n');
  writeFileSync(join(project.folder, 'scripts/sales/helper.py'), 'NAME = "second"\n');
  expect(await printed('sales/weekly')).toContain('30 second 7');
  expect(await printed('costs/monthly')).toContain('costs 1.5');
});

it('keep what a run writes beside its script from the next one', async () => {
  for (let count = 0; count < 2; count += 1) {
    const text = await printed('sales/writes');
    expect(text).toContain("['amount', '10', '20', '99']");
    expect(text).toContain('discarded after this run: sales/data.csv, sales/made.txt');
  }
  expect(await printed('sales/weekly')).toContain('30 second');
});
