/**
 * Real control groups of version 2, in a machine without version 1: a Linux that runs as a process (user-mode-linux).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { testPython } from '../python.ts';

const uml = process.env['SCRIPT_RUNNER_UML'] ?? '';
const here = (name: string) => join(import.meta.dirname, name);
const MB = 1024 * 1024;

/** The results of the program, as root and as a service. */
async function runMachine(): Promise<Record<string, unknown>> {
  const prefixes = [testPython(), realpathSync(testPython()), process.execPath].map((path) => dirname(dirname(path)));
  const needed = [...new Set([...prefixes, resolve('.')])].filter((path) => path.startsWith(`${homedir()}/`));
  const machine = spawn(
    uml,
    [
      'mem=1G',
      'root=/dev/root',
      'rootfstype=hostfs',
      'rootflags=/',
      'ro',
      `init=${here('machine.sh')}`,
      'con=null',
      'con0=null,fd:1',
      'quiet',
      `NODE=${process.execPath}`,
      `PROGRAM=${here('machine.ts')}`,
      `SCRIPT_RUNNER_PYTHON=${testPython()}`,
      'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      `ROOT_HOME=${homedir()}`,
      `NEEDED=${needed.join(':')}`,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let said = '';
  machine.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  await once(machine, 'close');
  const found = [...said.matchAll(/AS (\w+)\s[^]*?FOUND (.*)/g)].map(([, who, json]) => [
    who,
    JSON.parse(json!) as unknown,
  ]);
  expect(found, said).toHaveLength(2);
  return Object.fromEntries(found) as Record<string, unknown>;
}

it.skipIf(uml === '')(
  'control groups of version 2 bound a run and leave nothing behind, as root and in a service, needs uml',
  async () => {
    const found = await runMachine();
    const bounds = {
      kernel: { text: expect.stringMatching(/\/script-runner\/script-runner-k-\w{6}\.\d+\n/) },
      weight: 50,
      throttled: expect.toSatisfy((periods: number) => periods > 0),
      memory: { death: { name: 'memory', value: 200 * MB, used: expect.toSatisfy((used: number) => used > 150 * MB) } },
      processes: { death: { name: 'processes', value: 80 } },
      peers: ['other', 'kernel'],
      left: [],
    };
    const place = (path: string) => [{ path, version: 2, controllers: ['memory', 'pids', 'cpu'] }];
    expect(found).toMatchObject({
      root: { ...bounds, places: place('/sys/fs/cgroup/script-runner') },
      service: {
        ...bounds,
        user: 1000,
        own: '0::/system.slice/x.service/server\n',
        places: place('/sys/fs/cgroup/system.slice/x.service/script-runner'),
      },
    });
  },
  900_000,
);
