/** The clock of a process, set off by Debian's libfaketime. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const FAKETIME = process.env['SCRIPT_RUNNER_FAKETIME'] ?? '/usr/bin/faketime';

export const hasFakeClock = existsSync(FAKETIME);

/** Variables of a process whose clock is ahead by `+60d`, or behind by `-1h`. */
export function clockAheadBy(by: string): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: spawnSync(FAKETIME, ['-m', '-f', '+0d', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).stdout.trim(),
    FAKETIME: by,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}
