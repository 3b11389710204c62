/** A real server over notebooks of the test's own, and a browser that visits it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { readConfig, type ConfigSources } from '../../src/config/config.ts';
import { startServer } from '../../src/main.ts';
import type { Server } from '../../src/main.ts';
import { CHROMIUM_FLAGS } from '../chromium.ts';
import { testPython } from '../python.ts';

/**
 * Cells by file name under `scripts/`: Markdown where they begin with `#`, code elsewhere; the first code cell takes
 * the inputs. A text is the whole file.
 */
export type Notebooks = Readonly<Record<string, readonly string[] | string>>;

export type Flags = NonNullable<ConfigSources['flags']>;

export interface LiveSite extends Server {
  readonly browser: Browser;
  /** The project. */
  readonly folder: string;
  closeAll(): Promise<void>;
}

/** `flags`: further settings. */
export async function openLiveSite(notebooks: Notebooks, executablePath: string, flags: Flags = {}): Promise<LiveSite> {
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  await mkdir(join(folder, 'scripts'));
  for (const [file, cells] of Object.entries(notebooks)) {
    const path = join(folder, 'scripts', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      typeof cells === 'string' ? cells : file.endsWith('.ipynb') ? notebook(cells) : cells.join(''),
    );
  }
  const server = await serveFolder(folder, flags);
  const browser = await chromium.launch({
    executablePath,
    args: CHROMIUM_FLAGS,
  });
  let closed: Promise<void> | undefined;
  const close = async (graceMs?: number) => (closed ??= server.close(graceMs));
  const closeAll = async () => {
    await browser.close();
    await close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...server, browser, folder, close, closeAll };
}

/** A server over an existing project. With another Python it may start no kernels. */
export async function serveFolder(folder: string, flags: Flags = {}): Promise<Server> {
  const config = readConfig({
    target: folder,
    flags: { port: '0', data: join(folder, 'data'), python: testPython(), ...flags },
    environment: process.env,
  });
  const server = await startServer(config);
  if (!(await server.prepared) && flags.python === undefined) throw new Error('no kernel can be started here');
  return server;
}

export function notebook(sources: readonly string[], { kernel = 'python3', language = 'python' } = {}): string {
  const first = sources.findIndex((source) => !source.startsWith('#'));
  const cells = sources.map((source, index) => {
    const shared = { id: `c${String(index)}`, metadata: index === first ? { tags: ['parameters'] } : {}, source };
    return source.startsWith('#')
      ? { cell_type: 'markdown', ...shared }
      : { cell_type: 'code', outputs: [], execution_count: null, ...shared };
  });
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, language, display_name: kernel } },
    cells,
  });
}
