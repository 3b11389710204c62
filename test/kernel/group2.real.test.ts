/** Control groups of version 2, for real: in a machine that has no others, a Linux that runs as a process (user-mode-linux). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testPython } from '../python.ts';

const uml = process.env['SCRIPT_RUNNER_UML'] ?? '/usr/bin/linux.uml';
const here = (name: string) => join(import.meta.dirname, name);

it.skipIf(!existsSync(uml))('control groups of version 2 bound a run and leave nothing behind, needs uml', async () => {
  const machine = spawn(uml, [
    'mem=1G', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', `init=${here('machine.sh')}`, 'con=null', 'con0=null,fd:1', 'quiet',
    `NODE=${process.execPath}`, `PROGRAM=${here('machine.ts')}`, `SCRIPT_RUNNER_PYTHON=${testPython()}`, 'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  ], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  machine.stdout.on('data', (chunk) => { said += String(chunk); });
  await once(machine, 'close');
  const [, json] = /FOUND (.*)/.exec(said) ?? [];
  expect(json, said).toBeDefined();
  const found = JSON.parse(json!) as Record<string, unknown>;
  expect(found).toMatchObject({
    controllers: expect.arrayContaining(['cpu', 'memory', 'pids']),
    places: [{ path: expect.stringMatching(/script-runner$/), version: 2, controllers: ['memory', 'pids', 'cpu'] }],
    own: { text: expect.stringMatching(/^0::\/script-runner\/script-runner-k-\w{6}\.\d+\n/) },
    memory: { death: { name: 'memory', value: 200 * 1024 * 1024, used: expect.toSatisfy((used: number) => used > 150 * 1024 * 1024) } },
    processes: { death: { name: 'processes', value: 80 } },
    share: { text: expect.toSatisfy((text: string) => Number(text) < 0.35) },
    left: [],
  });
}, 300_000);
