/** The browser that tests use. */
import { existsSync } from 'node:fs';

/** Most containers cannot make the sandbox of the browser; the others keep it from work and requests of its own. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Undefined if there is none: such tests say `needs chromium` in their name and skip. */
export function testChromium(): string | undefined {
  const path = process.env['SCRIPT_RUNNER_CHROMIUM'] ?? '/usr/bin/chromium';
  return existsSync(path) ? path : undefined;
}
