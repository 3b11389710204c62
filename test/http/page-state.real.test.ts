/**
 * Every state of the pages, produced for real and checked by axe, in light and dark, on a phone and a wide screen.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/http/access/password.ts';
import { testChromium } from '../chromium.ts';
import { violationsInBothColours } from './axe.ts';
import { notebook, openLiveSite, serveFolder } from './live-site.ts';
import type { Flags, LiveSite, Notebooks } from './live-site.ts';

const chromium = testChromium();
const ENDLESS = 'import time; time.sleep(600)';

interface State {
  readonly name: string;
  readonly path: string;
  /** What a viewer reads on it. */
  readonly text: string;
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** Checks every state in both colours and widths; returns all problems in one list. */
async function faults(
  { url, signInUrl }: { url: string; signInUrl?: string },
  browser: Browser,
  states: readonly State[],
): Promise<string[]> {
  const found: string[] = [];
  for (const width of [1440, 390]) {
    const context = await browser.newContext({
      colorScheme: 'light',
      viewport: { width, height: 900 },
      hasTouch: width < 700,
      bypassCSP: true,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    if (signInUrl !== undefined) await page.goto(signInUrl);
    for (const { name, path, text, prepare } of states) {
      const say = (fault: string) => found.push(`${name}, ${width}: ${fault}`);
      await page.goto(url + path);
      await prepare?.(page);
      await page
        .getByText(text)
        .filter({ visible: true })
        .first()
        .waitFor()
        .catch(() => say(`does not say “${text}”`));
      const tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (tooWide > 0) say(`${tooWide} px too wide`);
      const edges = await page.evaluate(() =>
        ['.brand', '#catalogue > *, main > :not(.hidden, #catalogue)'].flatMap((place) => {
          const box = document.querySelector(place)?.getBoundingClientRect();
          return box === undefined || document.querySelector('.brand') === null ? [] : [Math.round(box.left)];
        }),
      );
      if (new Set(edges).size > 1) say(`begins at ${edges.join(' and ')} px`);
      for (const violation of await violationsInBothColours(page)) say(violation);
    }
    await context.close();
  }
  return found;
}

const post = (url: string, path: string, body: object = {}, headers = {}) =>
  fetch(`${url}api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** The id of the run; if requested, after its end. */
async function submit({ url }: { url: string }, script: string, toTheEnd: boolean): Promise<string> {
  const answer = await post(url, 'runs', { script }, toTheEnd ? { prefer: 'wait=60' } : {});
  return ((await answer.json()) as { id: string }).id;
}

async function reached({ url }: { url: string }, id: string, status: string): Promise<void> {
  const now = async () => ((await (await fetch(`${url}api/v1/runs/${id}`)).json()) as { status: string }).status;
  await expect.poll(now, { timeout: 60_000 }).toBe(status);
}

describe.skipIf(chromium === undefined)('every state of the pages (needs chromium)', { timeout: 600_000 }, () => {
  let site: LiveSite | undefined;
  afterEach(async () => {
    await site?.closeAll();
    site = undefined;
  });
  const open = async (notebooks: Notebooks, flags?: Flags) =>
    (site = await openLiveSite(notebooks, chromium ?? '', flags));

  test('of reports that ended, were deleted, cannot be run or are not there', async () => {
    const ends: Readonly<Record<string, string>> = {
      good: 'Done',
      stopped: 'No orders that day.',
      failing: 'there is no “amount” (KeyError)',
      module: 'the module “not_there” is not installed',
      dead: 'ended unexpectedly in step 1 (exit code 3)',
      memory: 'ran out of memory',
      cell: 'the step took longer than',
      wall: 'it took longer than',
    };
    const { url, signInUrl, browser } = await open(
      {
        'good.ipynb': ['# Good report', 'n = 1'],
        'stopped.ipynb': ['# Stopped report', 'import script_runner; script_runner.stop("No orders that day.")'],
        'failing.ipynb': ['# Failing report', '{"a": 1}["amount"]'],
        'module.ipynb': ['# Report without its module', 'import not_there'],
        'dead.ipynb': ['# Dying report', 'import os; os._exit(3)'],
        'memory.ipynb': ['# Report that eats memory', 'x = []\nwhile True: x.append(bytearray(20_000_000))'],
        'cell.ipynb': ['# Slow step', ENDLESS],
        'wall.ipynb': ['# Slow report', ...Array.from({ length: 30 }, () => 'import time; time.sleep(1)')],
        'a/b/deep.ipynb': [
          '# A title that is as long as titles become when everybody in the company has added a word\n\nAnd a description.',
          'a_very_long_name_of_an_input_that_nobody_shortened = "x"',
        ],
        'julia.ipynb': notebook(['# Julia report', 'n = 1'], { kernel: 'julia-9', language: 'julia' }),
        'broken.ipynb': '{"cells": [',
      },
      { cell_limit: '10s', wall_limit: '15s', memory_limit: '300MB', concurrency: '3' },
    );
    const ids = Object.fromEntries(
      await Promise.all(
        Object.keys(ends).map(async (script) => [script, await submit({ url }, script, true)] as const),
      ),
    );
    const gone = await submit({ url }, 'good', true);
    const erase = async (page: Page) => {
      if ((await page.getByText('This report was deleted').count()) === 0)
        await page.getByRole('button', { name: 'Delete' }).click();
    };
    expect(
      await faults({ url, signInUrl }, browser, [
        { name: 'catalogue', path: '', text: 'Good report' },
        {
          name: 'search without a hit',
          path: '',
          text: 'Nothing matches “zebra”.',
          prepare: (page) => page.fill('#search', 'zebra'),
        },
        {
          name: 'remedy',
          path: '?q=julia',
          text: 'To install it',
          prepare: (page) => page.getByText('How to fix it').click(),
        },
        { name: 'broken', path: 's/broken', text: 'This report cannot be run' },
        { name: 'kernel missing', path: 's/julia', text: 'asks for the kernel "julia-9"' },
        { name: 'never run', path: 's/a/b/deep', text: 'No report yet' },
        ...Object.entries(ends).map(([script, text]) => ({ name: script, path: `runs/${ids[script] ?? ''}`, text })),
        { name: 'deleted', path: `runs/${gone}`, text: 'This report was deleted', prepare: erase },
        { name: 'not there', path: 's/nothing', text: 'Nothing found here' },
        { name: 'history', path: 'runs', text: 'Slow step' },
        { name: 'history without a hit', path: 'runs?status=lost', text: 'No runs match.' },
        { name: 'admin', path: 'admin', text: 'Last failures' },
      ]),
    ).toEqual([]);
  });

  test('of a server that is busy, stops and comes back', async () => {
    const { url, browser, folder, close } = await open(
      { 'endless.ipynb': ['# Endless report', ENDLESS] },
      { concurrency: '1', queue_limit: '1' },
    );
    const running = await submit({ url }, 'endless', false);
    await reached({ url }, running, 'running');
    const waiting = await submit({ url }, 'endless', false);
    expect(
      await faults({ url }, browser, [
        { name: 'running', path: `runs/${running}`, text: 'step 1 of 1' },
        { name: 'waiting', path: `runs/${waiting}`, text: 'It is next.' },
        {
          name: 'queue full',
          path: 's/endless',
          text: 'already waiting',
          prepare: (page) => page.click('#inputs-form .primary'),
        },
      ]),
    ).toEqual([]);

    await close();
    const again = await serveFolder(folder);
    await reached(again, running, 'lost');
    await reached(again, waiting, 'running');
    const closed = again.close(3_600_000);
    expect(
      await faults(again, browser, [
        { name: 'interrupted', path: `runs/${running}`, text: 'interrupted because the server stopped' },
        { name: 'stopping', path: `runs/${waiting}`, text: 'The server is stopping and takes no new runs.' },
        { name: 'catalogue while it stops', path: '', text: 'Running is switched off' },
      ]),
    ).toEqual([]);
    await post(again.url, `runs/${waiting}/cancel`);
    await closed;
    const cancelled = await serveFolder(folder);
    expect(
      await faults(cancelled, browser, [
        { name: 'cancelled', path: `runs/${waiting}`, text: 'Cancelled. The report shows' },
      ]),
    ).toEqual([]);
    await cancelled.close();
  });

  test('of a server that has nothing, no Python, or no room', async () => {
    const { url, signInUrl, browser, folder } = await open({});
    expect(
      await faults({ url, signInUrl }, browser, [
        { name: 'empty catalogue', path: '', text: 'No reports yet' },
        { name: 'empty history', path: 'runs', text: 'Nothing has been run yet.' },
        { name: 'quiet admin', path: 'admin', text: 'Nothing is running or waiting.' },
      ]),
    ).toEqual([]);
    await rm(join(folder, 'scripts'), { recursive: true });
    for (const [name, flags, text] of [
      ['no python', { python: join(folder, 'nowhere') }, 'not a working Python 3'],
      ['disk full', { disk_reserve: '900TB' }, 'disk is almost full'],
    ] as const) {
      const other = await openLiveSite({ 'good.ipynb': ['# Good report', 'n = 1'] }, chromium ?? '', flags);
      expect(
        await faults({ url: other.url }, browser, [
          { name, path: '', text },
          { name, path: 's/good', text },
        ]),
      ).toEqual([]);
      await other.closeAll();
    }
  });

  test('of the way in, which the keyboard walks alone', async () => {
    const { url, browser } = await open(
      { 'good.ipynb': ['# Good report', 'n = 1'] },
      { password_hash: await hashPassword('a shared password') },
    );
    const enter = async (page: Page, password: string) => {
      await page.fill('#password', password);
      await page.keyboard.press('Enter');
    };
    const page = await browser.newPage();
    await page.goto(`${url}s/good`);
    const walked: string[] = [];
    for (let presses = 0; presses < 12; presses += 1) {
      walked.push(
        await page.evaluate(
          () =>
            document.activeElement?.id ||
            document.activeElement?.textContent?.trim() ||
            document.activeElement?.getAttribute('aria-label') ||
            '',
        ),
      );
      expect(
        await page.evaluate(
          () =>
            document.activeElement === document.body ||
            getComputedStyle(document.activeElement as Element).outlineStyle !== 'none',
        ),
      ).toBe(true);
      await page.keyboard.press('Tab');
    }
    expect(walked.slice(0, 2)).toEqual(['password', 'Sign in']);
    expect(walked).toContain('Skip to the content');
    await enter(page, 'a shared password');
    await page.waitForURL('**/s/good');
    await page.close();

    const wrong = {
      name: 'wrong password',
      path: 'sign-in',
      text: 'This password is wrong.',
      prepare: (to: Page) => enter(to, 'wrong'),
    };
    expect(await faults({ url }, browser, [{ name: 'sign-in', path: '', text: 'Password' }, wrong])).toEqual([]);
    const late = await browser.newPage();
    await late.goto(url);
    for (let tries = 2; tries < 5; tries += 1) {
      await Promise.all([late.waitForEvent('load'), enter(late, 'wrong')]);
      await late.getByText('This password is wrong.').waitFor();
    }
    const tooMany = { ...wrong, name: 'too many wrong passwords', text: 'Try again in 15 minutes.' };
    expect(
      await faults({ url }, browser, [
        tooMany,
        { name: 'old link', path: 'sign-in?token=old', text: 'no longer valid' },
      ]),
    ).toEqual([]);
    await late.close();
  });
});
