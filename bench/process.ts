/**
 * Whole processes: a notebook executed from the command line, a saved one rendered, and the idle server.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { bounded, compared, type Finding } from './finding.ts';
import { inTurns, timed, type Go } from './measure.ts';
import { serverMemory } from './memory.ts';
import { everydayNotebook, savedNotebook } from './notebook.ts';
import type { Peers } from './peer.ts';
import { COMMAND, startByNpm, startServer, waitUntilReady, type Server } from './server.ts';

const IDLE_MS = 5_000;

function command(args: readonly string[], cwd: string, python: string): Promise<number> {
  const env = { ...process.env, SCRIPT_RUNNER_PYTHON: python };
  return timed(() => promisify(execFile)(process.execPath, [COMMAND, ...args], { cwd, env, maxBuffer: 64e6 }));
}

export async function measureExecution(folder: string, peers: Peers, rounds: number): Promise<Finding[]> {
  const cwd = join(folder, 'execution');
  await mkdir(cwd);
  await writeFile(join(cwd, 'everyday.ipynb'), everydayNotebook());
  const sides = await inTurns(rounds, {
    ours: () => command(['run', 'everyday.ipynb', '--html', 'ours.html'], cwd, peers.python),
    papermill: () => peers.time(['-m', 'papermill', 'everyday.ipynb', 'papermill.ipynb', '--no-progress-bar'], cwd),
    nbconvert: () =>
      peers.time(['-m', 'nbconvert', '--execute', '--to', 'html', 'everyday.ipynb', '--output', 'nbconvert'], cwd),
  });
  const what = 'a 10-cell notebook from the command line, cold';
  return [
    compared(what, sides.ours, { name: 'papermill', times: sides.papermill }, 2),
    compared(what, sides.ours, { name: 'nbconvert --execute', times: sides.nbconvert }, 2),
  ];
}

export async function measureRendering(folder: string, peers: Peers, rounds: number): Promise<Finding[]> {
  const cwd = join(folder, 'rendering');
  await mkdir(cwd);
  await writeFile(join(cwd, 'saved.ipynb'), savedNotebook());
  const sides = await inTurns(rounds, {
    ours: () => command(['render', 'saved.ipynb', '-o', 'ours.html'], cwd, peers.python),
    nbconvert: () => peers.time(['-m', 'nbconvert', '--to', 'html', 'saved.ipynb', '--output', 'nbconvert'], cwd),
  });
  return [
    compared(
      'a saved 50-cell notebook to HTML, as a process',
      sides.ours,
      { name: 'nbconvert', times: sides.nbconvert },
      5,
    ),
  ];
}

export async function measureServer(folder: string, python: string, rounds: number): Promise<Finding[]> {
  const examples = join(import.meta.dirname, '../examples');
  const options = { data: join(folder, 'server-data'), python, pool: 2 };
  const started =
    (start: () => Promise<Server>): Go =>
    async () => {
      const server = await start();
      await server.close();
      return server.startMs;
    };
  const { command, npm } = await inTurns(rounds, {
    command: started(() => startServer(examples, options)),
    npm: started(() => startByNpm(options)),
  });
  const memory = await idleMemory(await startServer(examples, options));
  return [
    bounded('start to first page, once set up', command.medianMs, 'ms', 1000),
    bounded('`npm start` to first page, the second time', npm.medianMs, 'ms', 1000),
    {
      ...bounded('idle server, memory', memory.serverMb, 'MB', 150),
      peer: `waiting kernels and their supervisors: ${memory.kernelsMb.toFixed(0)} MB`,
    },
  ];
}

async function idleMemory(server: Server): Promise<{ serverMb: number; kernelsMb: number }> {
  try {
    await waitUntilReady(server.url);
    await wait(IDLE_MS);
    return await serverMemory(server.pid);
  } finally {
    await server.close();
  }
}
