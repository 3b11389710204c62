/** A server that cannot start ends with a sentence, even if the process that started it holds a channel to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../end-to-end/client.ts';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { testPython } from '../python.ts';
import { MAIN } from './command.ts';
import { startDaemon } from './daemon.ts';

function createProject(files: Readonly<Record<string, string>> = {}): string {
  const project = makeProject({ 'scripts/one.ipynb': notebook('print(1)'), ...files });
  onTestFinished(() => {
    project.remove();
  });
  return project.folder;
}

/** Its exit code and its standard error. */
async function refusedServer(folder: string, port = 0): Promise<readonly [number, string]> {
  const child = spawn(process.execPath, [MAIN, 'serve', folder, '--port', String(port), '--python', testPython()], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number];
  return [code, said];
}

it('ends when its port is taken, and says so', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  expect(await refusedServer(createProject(), port)).toEqual([1, expect.stringContaining(`Port ${port} is in use`)]);
});

it('ends when another server has its data folder, which goes on', async () => {
  const folder = createProject();
  const first = await startDaemon(folder);
  onTestFinished(async () => {
    first.signal('SIGKILL');
    await first.ended;
  });
  const [code, said] = await refusedServer(folder);
  expect([code, said]).toEqual([1, expect.stringContaining(`Another Script Runner (process ${first.pid}) uses`)]);
  expect(said).not.toMatch(/^\s+at /m);
  expect((await run(first.url, 'one')).status).toBe('succeeded');
});

it('ends when its database is damaged, and says the way back without a stack', async () => {
  const folder = createProject({ '.script-runner/runs.db': 'no database '.repeat(500) });
  const [code, said] = await refusedServer(folder);
  expect([code, said]).toEqual([1, expect.stringContaining('runs.db is not an SQLite database. It was not changed.')]);
  expect(said).toContain('script-runner restore');
  expect(said).not.toMatch(/^\s+at /m);
});
