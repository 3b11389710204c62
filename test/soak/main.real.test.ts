/** A soak that is terminated, for example by a time limit, stops its server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { childrenOf, listProcesses } from '../../src/system/proc.ts';

/** After this line its server runs, or is about to start. */
const WAYS: [string, string[], RegExp][] = [
  ['kills', ['100', 'fake'], /^1 /],
  ['hostile notebooks', ['--hostile', 'honest'], /^honest/],
  ['faults', ['--faults'], /^2000 runs/],
];

it.each(WAYS)(
  'stops its server when it is terminated, with %s',
  async (_what, args, sign) => {
    const temporary = mkdtempSync(join(tmpdir(), 'end-'));
    onTestFinished(() => {
      rmSync(temporary, { recursive: true, force: true });
    });
    const soak = spawn(process.execPath, ['test/soak/main.ts', ...args], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(soak, 'exit');
    onTestFinished(() => void soak.kill('SIGKILL'));
    for await (const line of createInterface(soak.stdout)) if (sign.test(line)) break;
    const children = () => childrenOf(soak.pid ?? 0);
    await expect.poll(children).toHaveLength(1);
    const [server] = await children();
    soak.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(await listProcesses()).not.toContain(server);
    expect(readdirSync(temporary)).toEqual([]);
  },
  120_000,
);
