/** A soak that is told to end, as by a time limit around it, takes its server with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';

/** By then its server is there, or about to be. */
const WAYS: [string, string[], RegExp][] = [
  ['kills', ['100', 'played'], /^1 /],
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
    const children = () =>
      readFileSync(`/proc/${soak.pid}/task/${soak.pid}/children`, 'utf8').split(' ').filter(Boolean);
    await expect.poll(children, { timeout: 30_000 }).toHaveLength(1);
    const [server = ''] = children();
    soak.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(existsSync(`/proc/${server}/stat`)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  },
  120_000,
);
