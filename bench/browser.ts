/** The browser of a reader. */
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../test/chromium.ts';

const YIELDING = join(import.meta.dirname, 'browser.sh');

/** `yields`: it takes the processors only when nothing else does, as if its reader had a machine of their own. */
export function launchBrowser(executablePath: string, yields: boolean): Promise<Browser> {
  return chromium.launch({
    executablePath: yields ? YIELDING : executablePath,
    args: CHROMIUM_FLAGS,
    env: { ...process.env, BENCH_CHROMIUM: executablePath },
  });
}
