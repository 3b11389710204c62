/**
 * Compares how notebooks look in JupyterLab and here.
 *
 *     node test/fidelity/main.ts keep [NAME ...]                      keeps how they look here, for the test
 *     node test/fidelity/main.ts pairs --jupyter PROGRAM --to FOLDER [NAME ...]
 *                                                                     writes both pictures of each, and index.html
 *
 * Without names: all. `--old`: what the folder has of JupyterLab's pictures is not drawn again.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { escapeHtml } from '../../src/render/html.ts';
import { testChromium } from '../chromium.ts';
import { openOfflineBrowser } from './browser.ts';
import { corpusFacts, corpusNames, unpackCorpus } from './corpus.ts';
import { describeCells, writeKept } from './description.ts';
import { drawLab, startLab } from './lab.ts';
import { drawOurs } from './ours.ts';
import { greySquares, sideBySide } from './picture.ts';

const PAIR_WIDTH_PX = 1400;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jupyter: { type: 'string' }, to: { type: 'string' }, old: { type: 'boolean' } },
});
const [command, ...chosen] = positionals;
const names = chosen.length > 0 ? chosen : corpusNames();
const chromium = testChromium();
if (chromium === undefined) throw new Error('No browser: set SCRIPT_RUNNER_CHROMIUM.');
const folder = await mkdtemp(join(tmpdir(), 'fidelity-'));
const browser = await openOfflineBrowser(chromium);
try {
  await unpackCorpus(join(folder, 'ours'), names);
  const context = await browser.newContext();
  if (command === 'keep') await keep(context);
  else if (command === 'pairs' && values.jupyter !== undefined && values.to !== undefined)
    await pairs(context, resolve(values.jupyter), resolve(values.to));
  else throw new Error('Usage: node test/fidelity/main.ts keep | pairs --jupyter PROGRAM --to FOLDER [NAME ...]');
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

async function keep(context: BrowserContext): Promise<void> {
  const helper = await context.newPage();
  await inParallel(names, async (name) => {
    const { png, cells } = await drawOurs(context, join(folder, 'ours'), name);
    writeKept(name, describeCells(cells, await greySquares(helper, png, cells)));
  });
}

/** Four at a time: most of the time a page waits. */
async function inParallel(all: readonly string[], use: (name: string) => Promise<void>): Promise<void> {
  const left = [...all];
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift())
      await use(name).catch((error: unknown) => console.error(`${name}: ${String(error)}`));
  };
  await Promise.all(Array.from({ length: 4 }, work));
}

async function pairs(context: BrowserContext, jupyter: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const isDrawn = (name: string) => values.old === true && existsSync(join(to, `${name}.lab.png`));
  const missing = names.filter((name) => !isDrawn(name));
  if (missing.length > 0) {
    const lab = await startLab(jupyter, join(folder, 'lab'), missing);
    try {
      await inParallel(missing, async (name) => {
        console.error(`${name} in JupyterLab`);
        await writeFile(join(to, `${name}.lab.png`), await drawLab(context, lab, name));
      });
    } finally {
      await lab.close();
    }
  }
  const helper = await context.newPage();
  await inParallel(names, async (name) => {
    console.error(name);
    const { png, requests } = await drawOurs(context, join(folder, 'ours'), name);
    await writeFile(join(to, `${name}.ours.png`), png);
    if (requests.length > 0) console.error(`  asked for ${requests.join(', ')}`);
    const left = await readFile(join(to, `${name}.lab.png`));
    await writeFile(join(to, `${name}.webp`), await sideBySide(helper, left, png, PAIR_WIDTH_PX));
  });
  await writeFile(join(to, 'index.html'), indexPage());
}

function indexPage(): string {
  const parts = names.map(
    (name) =>
      `<h2>${name}</h2><p>${escapeHtml(corpusFacts(name).shows)}</p><img loading="lazy" src="${name}.webp" alt="JupyterLab on the left, Script Runner on the right">`,
  );
  return `<!doctype html><meta charset="utf-8"><title>Fidelity</title><style>body{font:16px sans-serif;margin:2rem}img{max-width:100%}</style>
<h1>JupyterLab on the left, Script Runner on the right</h1>${parts.join('\n')}\n`;
}
