/** Each notebook of the corpus looks as it did when it was last compared with JupyterLab. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { openOfflineBrowser, SLOW_LOOKS } from './browser.ts';
import { corpusNames, unpackCorpus } from './corpus.ts';
import { describeCells, differences, readKept } from './description.ts';
import { drawOurs } from './ours.ts';
import { greySquares } from './picture.ts';

const chromium = testChromium();
const names = corpusNames();
const REMEDY =
  'If that is right: node test/fidelity/main.ts pairs … (README.md there), look, then node test/fidelity/main.ts keep';

describe('the corpus', () => {
  test('is described for readers, notebook by notebook', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/fidelity.md'), 'utf8');
    expect(names.filter((name) => !page.includes(`| ${name} |`))).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(60);
  });
});

describe.skipIf(chromium === undefined)('a notebook with real outputs, without the network (needs chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fidelity-'));
  let browser: Browser;
  let context: BrowserContext;
  let helper: Page;

  beforeAll(async () => {
    browser = await openOfflineBrowser(chromium ?? '');
    context = await browser.newContext();
    helper = await context.newPage();
    await unpackCorpus(folder, names);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test.concurrent.for(names)('%s looks as before', async (name) => {
    const kept = readKept(name);
    expect(kept, `nothing is kept of ${name}: node test/fidelity/main.ts keep ${name}`).toBeDefined();
    const look = async (looks?: number) => {
      const { png, cells, requests } = await drawOurs(context, folder, name, looks);
      expect(requests, 'requests that left the report').toEqual([]);
      return differences(kept ?? [], describeCells(cells, await greySquares(helper, png, cells)));
    };
    // a busy machine may pause for long while it draws
    const isSame = (await look()).length === 0;
    expect(isSame ? [] : await look(SLOW_LOOKS), REMEDY).toEqual([]);
  });
});
