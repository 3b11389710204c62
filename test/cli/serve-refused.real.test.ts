/** A server that cannot begin ends, also where whoever started it holds a channel to it, as `npm start` may. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { testPython } from '../python.ts';
import { MAIN } from './command.ts';

it('ends when its port is taken, and says so', async () => {
  const project = makeProject({ 'scripts/one.ipynb': notebook('print(1)') });
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const child = spawn(
    process.execPath,
    [MAIN, 'serve', project.folder, '--port', String(port), '--python', testPython()],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
    other.close();
    project.remove();
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, said]).toEqual([1, expect.stringContaining(`Port ${port} is taken`)]);
});
