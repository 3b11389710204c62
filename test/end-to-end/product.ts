/** The whole product over a project folder: the real server on a free port, with data of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig, type ConfigSources } from '../../src/config/config.ts';
import { startServer } from '../../src/main.ts';
import { testPython } from '../python.ts';

export const EXAMPLES = resolve('examples');

export interface Product {
  readonly url: string;
  /** Its data folder, which outlives it; see `startProduct`. */
  readonly data: string;
  close(): Promise<void>;
}

/**
 * `data`: the data folder of an earlier product that was closed; without it, the data is removed at the end. `flags`:
 * further settings.
 */
export async function startProduct(
  project: string,
  options: { readonly data?: string; readonly flags?: ConfigSources['flags'] } = {},
): Promise<Product> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'product-data-'));
  const config = readConfig({
    target: project,
    flags: { port: '0', data, python: testPython(), pool: '1', timezone: 'Europe/Berlin', ...options.flags },
    environment: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8' },
  });
  const server = await startServer(config);
  return {
    url: server.url.replace(/\/$/, ''),
    data,
    close: async () => {
      await server.close();
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}
