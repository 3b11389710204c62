/**
 * The real server as an ordinary user of this machine: what namespaces and polling enforce if no control group can be
 * created.
 */
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { listProcesses, readProcessFile } from '../../src/system/proc.ts';
import { testPython } from '../python.ts';
import { events, read, run } from './client.ts';
import { makeProject, notebook } from './project.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const isRoot = process.getuid?.() === 0;
/** As root: a user that nobody else is. */
const UID = isRoot ? 1_000_000 + process.pid : process.getuid!();
const MAIN = resolve('src/cli/main.ts');

/** The user sees what it needs of root's home, which it may not read, by a mount namespace. */
const AS_USER = `set -e
stage=$1; shift
if [ -n "$NEEDED" ]; then
  mount --make-rprivate /
  for path in $NEEDED; do mkdir -p "$stage$path"; mount --bind "$path" "$stage$path"; done
  mount --rbind "$stage$ROOT_HOME" "$ROOT_HOME"
fi
exec setpriv --reuid ${UID} --regid ${UID} --clear-groups "$@"`;

function asUser(folder: string, args: readonly string[]) {
  const prefixes = [testPython(), realpathSync(testPython()), process.execPath].map((path) => dirname(dirname(path)));
  const needed = [...new Set([...prefixes, resolve('.')])].filter((path) => path.startsWith(`${homedir()}/`));
  const home = join(folder, 'home');
  const command = [process.execPath, ...args];
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    NEEDED: needed.join(' '),
    ROOT_HOME: homedir(),
  };
  const [program, ...rest] = isRoot
    ? [...(needed.length > 0 ? ['unshare', '-m'] : []), 'sh', '-c', AS_USER, 'sh', join(folder, 'stage'), ...command]
    : command;
  return spawn(program!, rest, { env: environment, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] });
}

function prepare(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'user-'));
  const project = makeProject(files);
  onTestFinished(() => {
    project.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const name of ['stage', 'home', 'data']) mkdirSync(join(folder, name), { mode: 0o755 });
  if (isRoot)
    for (const path of [
      folder,
      join(folder, 'home'),
      join(folder, 'data'),
      project.folder,
      join(project.folder, 'scripts'),
    ])
      chownSync(path, UID, UID);
  return { folder, project: project.folder, data: join(folder, 'data') };
}

/** The processes of that user; [] if this test runs as an ordinary user, who has others. */
async function processesOfUser(): Promise<number[]> {
  const found: number[] = [];
  if (!isRoot) return found;
  for (const pid of await listProcesses())
    if (new RegExp(`^Uid:\\s+${UID}\\s`, 'm').test(await readProcessFile(pid, 'status'))) found.push(pid);
  return found;
}

const bomb = (begin: string) => `import os, time
${begin}
for _ in range(11):
    try: os.fork()
    except OSError: pass
time.sleep(1000)`; // up to 2,048 processes
const hostile = (name: string) => ({ [`scripts/${name}.py`]: readFileSync(`test/hostile/${name}.py`, 'utf8') });
const SCRIPTS = {
  ...hostile('reach-server'),
  ...hostile('lift-own-limit'),
  ...hostile('hide-disk'),
  ...hostile('hide-memory'),
  ...hostile('folder-deep'),
  ...hostile('folder-unreadable'),
  ...hostile('spy-on-later-runs'),
  'scripts/memory.ipynb': notebook('hog = []\nwhile True: hog.append(bytearray(b"x" * 20_000_000))'),
  'scripts/bomb.ipynb': notebook(bomb('')),
  'scripts/big-bomb.ipynb': notebook(bomb('big = bytearray(b"x" * 200_000_000)')),
  'scripts/disk.ipynb': notebook(
    'import time\nwith open("/tmp/flood", "wb") as file:\n    while True:\n        file.write(b"x" * 1_000_000)\n        time.sleep(0.01)',
  ),
  'scripts/nosy.ipynb': notebook(
    `# parameters
data = ""`,
    program('look-around'),
  ),
};

it('bounds and separates runs without any power, and doctor names what is kept by looking', async () => {
  const { folder, project, data } = prepare(SCRIPTS);
  const doctor = asUser(folder, [MAIN, 'doctor', project, '--python', testPython(), '--data', data]);
  const report = (await Array.fromAsync(createInterface(doctor.stdout))).join('\n');
  expect(report).toMatch(/ok +Kernel: answered/);
  expect(report).toContain('no control group for memory: memory is checked five to twenty times a second');
  expect(report).toContain('no control group for pids: processes are counted five to twenty times a second');
  const held = /ok +Isolation: scripts have files, processes and a network of their own/.test(report);
  if (held) expect(report).toContain('Notebooks as clients: refused, by the processes');
  else expect(report).toMatch(/Isolation: no files of their own/);

  const server = asUser(folder, [
    MAIN,
    'serve',
    project,
    '--port',
    '0',
    '--python',
    testPython(),
    '--data',
    data,
    '--memory-limit',
    '500MB',
    '--process-limit',
    '60',
    '--disk-limit',
    '20MB',
  ]);
  const ended = new Promise<number | null>((end) => {
    server.once('exit', end);
  });
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await ended;
  });
  let url = '';
  for await (const line of createInterface(server.stdout)) {
    url ||= /http:\S+(?=\/$)/.exec(line)?.[0] ?? '';
    if (line.includes('Scripts can run')) break;
  }
  server.stdout.resume();
  expect(readFileSync(`/proc/${server.pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${UID}\\s`, 'm'));
  const outcomeOf = async (script: string) => (await run(url, script)).outcome;
  expect(await outcomeOf('memory')).toMatchObject({ type: 'kernel-died', limit: 'memory', limitValue: 500_000_000 });
  expect(await outcomeOf('bomb')).toMatchObject({ type: 'kernel-died', limit: 'processes', limitValue: 60 });
  expect(await outcomeOf('big-bomb')).toMatchObject({ type: 'kernel-died', limit: 'processes', limitValue: 60 });
  expect(await outcomeOf('disk')).toMatchObject({ type: 'kernel-died', limit: 'disk' });
  // modes apply to this user, unlike root
  for (const script of ['folder-deep', 'folder-unreadable'])
    expect(await outcomeOf(script)).toMatchObject({ type: 'succeeded' });
  await expect.poll(() => readdirSync(join(data, 'work'))).toEqual([]);
  const nosy = await run(url, 'nosy', { data });
  expect(nosy.outcome, JSON.stringify(await events(url, nosy.id))).toMatchObject({ type: 'succeeded' });
  const [uid, processes, ...answers] = nosy.results[0]!.value as [number, number, ...string[]];
  expect(uid).toBe(UID);
  if (held) {
    expect(processes).toBe(120);
    expect(answers).toEqual(["['work']", 'True', 'OSError', '1', 'None', '[]']);
  }
  if (held) {
    for (const [script, parameters] of [
      ['lift-own-limit', {}],
      ['reach-server', { server: url }],
    ] as const) {
      const made = await run(url, script, parameters);
      const log = JSON.stringify(await events(url, made.id));
      expect(made.outcome, log).toMatchObject({ type: 'succeeded' });
      expect(log).not.toContain('BROKEN');
    }
    const listed = JSON.parse(await read(`${url}/api/v1/runs?script=reach-server`)) as { items: unknown[] };
    expect(listed.items).toHaveLength(1);
    expect((await run(url, 'hide-disk', { step_bytes: 5_000_000 })).outcome).toMatchObject({ limit: 'disk' });
    for (const way of ['files', 'shared', 'segments']) {
      const { outcome } = await run(url, 'hide-memory', { way });
      // shared memory holds no more than the limit, and may be full before the next look at the run's memory
      const full = expect.objectContaining({ value: '[Errno 28] No space left on device' });
      const refused = way === 'shared' && outcome?.type === 'failed';
      expect(outcome).toMatchObject(refused ? { exception: full } : { limit: 'memory' });
    }
    // until one comes from the snapshot and has searched for those before
    for (let count = 0, round = 0; count < 2; round++) {
      const made = await run(url, 'spy-on-later-runs');
      const log = JSON.stringify(await events(url, made.id));
      expect(made.outcome, log).toMatchObject({ type: 'succeeded' });
      expect(log).not.toContain('BROKEN');
      if (log.includes('"supply":"snapshot"')) count++;
      expect(round, log).toBeLessThan(12);
    }
    // the user's own programs are distinguished from its notebooks
    const client = asUser(folder, ['-e', `fetch('${url}/api/v1/scripts').then(({ status }) => console.log(status))`]);
    expect(await Array.fromAsync(createInterface(client.stdout))).toEqual(['200']);
  }
  server.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await processesOfUser()).toEqual([]);
}, 120_000);
