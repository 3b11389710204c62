/** A notebook as JupyterLab shows it: a server on loopback, in a browser without the network. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import { PICTURE_WIDTH_PX, settle, SLOW_LOOKS } from './browser.ts';
import { corpusText } from './corpus.ts';

export interface Lab {
  readonly url: string;
  close(): Promise<void>;
}

const START_MS = 60_000;
/** No questions and no news on top of the notebook; all cells are drawn, not only the visible ones. */
const SETTINGS: Readonly<Record<string, object>> = {
  '@jupyterlab/apputils-extension/notification': { fetchNews: 'false', checkForUpdates: false },
  '@jupyterlab/notebook-extension/tracker': { windowingMode: 'none', kernelShutdown: true },
};

/** `jupyter`: the program of the environment of requirements.txt. `folder`: an empty one. */
export async function startLab(jupyter: string, folder: string, names: readonly string[]): Promise<Lab> {
  const root = join(folder, 'notebook');
  mkdirSync(root, { recursive: true });
  for (const name of names) writeFileSync(join(root, `${name}.ipynb`), withPythonKernel(name));
  for (const [plugin, value] of Object.entries(SETTINGS)) {
    const path = join(folder, 'settings', `${plugin}.jupyterlab-settings`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(value));
  }
  const env = { ...process.env, JUPYTER_RUNTIME_DIR: join(folder, 'runtime'), JUPYTER_DATA_DIR: join(folder, 'data') };
  const trust = spawn(jupyter, ['trust', ...names.map((name) => join(root, `${name}.ipynb`))], {
    env,
    stdio: 'ignore',
  });
  await once(trust, 'exit');
  const server = spawn(
    jupyter,
    [
      'lab',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      '--ServerApp.port=0',
      '--IdentityProvider.token=',
      `--ServerApp.root_dir=${root}`,
      `--LabApp.user_settings_dir=${join(folder, 'settings')}`,
      `--LabApp.workspaces_dir=${join(folder, 'workspaces')}`,
    ],
    { env, stdio: 'ignore' },
  );
  return { url: await addressOf(join(folder, 'runtime'), server), close: () => end(server) };
}

/** JupyterLab starts a kernel for each notebook that it opens; only Python's is certain to be there. */
function withPythonKernel(name: string): string {
  const notebook = JSON.parse(corpusText(name));
  notebook.metadata.kernelspec = { name: 'python3', display_name: 'Python 3' };
  return JSON.stringify(notebook);
}

async function addressOf(runtime: string, server: ChildProcess): Promise<string> {
  const end = performance.now() + START_MS;
  while (performance.now() < end && server.exitCode === null) {
    await wait(200);
    const file = filesIn(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
    if (file === undefined) continue;
    const url = JSON.parse(readFileSync(join(runtime, file), 'utf8')).url as string;
    if ((await fetch(`${url}api`).catch(() => undefined))?.ok === true) return url;
  }
  server.kill();
  throw new Error('JupyterLab did not start.');
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function end(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await Promise.race([ended, wait(5_000).then(() => server.kill('SIGKILL'))]);
}

export async function drawLab(context: BrowserContext, { url }: Lab, name: string): Promise<Buffer> {
  const page = await context.newPage();
  try {
    await page.route('**/*', (route) =>
      /^(data|blob):/.test(route.request().url()) || route.request().url().startsWith(url)
        ? route.continue()
        : route.abort(),
    );
    await page.setViewportSize({ width: PICTURE_WIDTH_PX, height: 300 });
    await page.goto(`${url}doc/tree/${name}.ipynb?reset`);
    await page.locator('.jp-Notebook .jp-Cell').first().waitFor({ timeout: 60_000 });
    // Of widgets and of the kernel's state
    await wait(3_000);
    await settle(
      page,
      () => {
        const all = [...document.querySelectorAll('.jp-Notebook *')];
        const cells = document.querySelectorAll('.jp-Notebook .jp-Cell');
        const [first, last] = [cells[0], cells[cells.length - 1]].map((cell) => cell?.getBoundingClientRect());
        const heightPx = (last?.bottom ?? 0) - (first?.top ?? 0);
        return { heightPx: heightPx + 160, state: `${String(all.length)} ${String(heightPx)}` };
      },
      SLOW_LOOKS,
    );
    return await page.locator('.jp-NotebookPanel-notebook').screenshot();
  } finally {
    await page.close();
    for (const { id, path } of await (await fetch(`${url}api/sessions`)).json())
      if (path === `${name}.ipynb`) await fetch(`${url}api/sessions/${id}`, { method: 'DELETE' });
  }
}
