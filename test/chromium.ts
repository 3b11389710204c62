/**
 * The browser that tests use; undefined if there is none: such tests say `needs chromium` in their name and skip.
 */
import { existsSync } from 'node:fs';

export function testChromium(): string | undefined {
  const path = process.env['SCRIPT_RUNNER_CHROMIUM'] ?? '/usr/bin/chromium';
  return existsSync(path) ? path : undefined;
}
