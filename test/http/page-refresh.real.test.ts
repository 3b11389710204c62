/** Pages that refresh themselves: the admin page, the catalogue, and one whose kernel is missing. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { notebook, openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();

describe.skipIf(chromium === undefined)('pages keep themselves fresh (needs chromium)', () => {
  let site: LiveSite;
  let page: Page;
  let jupyter: string;
  let gate: string;
  const before = process.env['JUPYTER_PATH'];

  beforeAll(async () => {
    jupyter = await mkdtemp(join(tmpdir(), 'jupyter-'));
    process.env['JUPYTER_PATH'] = jupyter;
    gate = await mkdtemp(join(tmpdir(), 'gate-'));
    site = await openLiveSite({}, chromium ?? '', { writable_folders: gate });
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['JUPYTER_PATH'];
    else process.env['JUPYTER_PATH'] = before;
    await site.closeAll();
    for (const folder of [jupyter, gate]) await rm(folder, { recursive: true });
  });

  /** Settles when the saved file has a page. */
  const save = async (name: string, text: string) => {
    await writeFile(join(site.folder, 'scripts', `${name}.ipynb`), text);
    await expect.poll(async () => (await fetch(`${site.url}s/${name}`)).status).toBe(200);
  };
  const endless = notebook(['# Endless report', 'import time; time.sleep(600)']);
  const submit = async (script: string) => {
    const answer = await fetch(`${site.url}api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ script }),
    });
    return ((await answer.json()) as { id: string }).id;
  };

  test('the empty catalogue fills with what is saved, and a search that is typed still holds', async () => {
    page = await site.browser.newPage();
    await page.goto(site.url);
    await page.getByText('No reports yet').waitFor();
    expect((await page.locator('.top-nav').boundingBox())?.x).toBeGreaterThan((page.viewportSize()?.width ?? 0) / 2);
    await save('endless', endless);
    await page.locator('.row-title', { hasText: 'Endless report' }).waitFor();
    await page.fill('#search', 'zebra');
    await save('other', notebook(['# Other report', 'n = 1']));
    await page.locator('.row-title', { hasText: 'Other report' }).waitFor({ state: 'attached' });
    await expect.poll(() => page.locator('.row-title:visible').count()).toBe(0);
    expect(await page.inputValue('#search')).toBe('zebra');
    await page.close();
  });

  test('a catalogue of more scripts than a page shows is searched by the server', async () => {
    page = await site.browser.newPage();
    await save('many-000', notebook(['# Many 000', 'n = 1']));
    await mkdir(join(site.folder, 'scripts/teams'));
    for (let n = 1; n <= 120; n++) {
      const name = String(n).padStart(3, '0');
      await writeFile(
        join(site.folder, 'scripts/teams', `${name}.ipynb`),
        notebook([`# Team report ${name}`, 'n = 1']),
      );
    }
    await expect.poll(async () => (await fetch(`${site.url}s/teams/120`)).status, { timeout: 30_000 }).toBe(200);
    await page.goto(site.url);
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('Team report 120').waitFor();
    await page.getByRole('link', { name: 'Previous' }).click();
    await page.getByText('Many 000').waitFor();
    expect(await page.getByText('Team report 120').count()).toBe(0);
    await page.evaluate(() => {
      Object.assign(window, { stayed: true });
    });
    await page.focus('#search');
    await page.keyboard.type('report 120');
    await page.getByText('Team report 120').waitFor();
    expect(await page.locator('.row-title').count()).toBe(1);
    expect(new URL(page.url()).search).toBe('?q=report+120');
    expect(await page.evaluate(() => 'stayed' in window && document.activeElement?.id)).toBe('search');
    await page.keyboard.press('Escape');
    await page.getByText('Many 000').waitFor();
    await page.keyboard.type('zebra 120');
    await page.getByText('Nothing matches “zebra 120”.').waitFor();
    await page.fill('#search', 'report 077');
    await page.getByText('Team report 077').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/s/teams/077');
    await page.close();
    await rm(join(site.folder, 'scripts/teams'), { recursive: true });
  });

  test('the operator sees runs come and go, with the focus where it was', async () => {
    page = await site.browser.newPage();
    await save('endless', endless);
    await page.goto(site.signInUrl);
    await page.getByText('Nothing is running or waiting.').waitFor();
    const [first, second] = [await submit('endless'), await submit('endless')];
    await page.locator(`#cancel-${second}`).waitFor();
    await page.focus(`#cancel-${first}`);
    await page.evaluate(() => {
      Object.assign(window, { stayed: true });
    });
    const third = await submit('endless');
    await page.locator(`#cancel-${third}`).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(`cancel-${first}`);
    for (const id of [third, second, first]) await fetch(`${site.url}api/v1/runs/${id}/cancel`, { method: 'POST' });
    await page.getByText('Nothing is running or waiting.').waitFor();
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
    await page.close();
  });

  test('a run that shows nothing new says so by the clock of the page, once, and no longer when something comes', async () => {
    page = await site.browser.newPage();
    const go = join(gate, 'go');
    await save(
      'quiet',
      notebook([
        '# Quiet report',
        `import os, time\nprint("first")\nwhile not os.path.exists(${JSON.stringify(go)}): time.sleep(0.02)\nprint("second")\ntime.sleep(600)`,
      ]),
    );
    const id = await submit('quiet');
    await page.goto(`${site.url}runs/${id}`);
    const frame = page.frameLocator('iframe.report');
    await frame.getByText('first', { exact: true }).waitFor();
    const note = page.locator('.silence');
    const said = () => note.textContent();
    expect(await said()).toBe('');
    const startMs = Date.now();
    // timers stay real: they also watch whether the report in the frame still answers
    const elapsed = () => page.locator('.elapsed').textContent();
    const passTo = async (seconds: number) => {
      const before = await elapsed();
      await page.clock.setFixedTime(startMs + 1_000 * seconds);
      await expect.poll(elapsed).not.toBe(before);
    };
    await page.clock.setFixedTime(startMs + 60_000);
    await expect
      .poll(said)
      .toMatch(
        /^Still running: step 1 of 1 has shown nothing new since [\d: ]+ ?([AP]M)?\. You can wait, or cancel the run\.$/,
      );
    const first = await said();
    await passTo(120);
    expect(await said()).toBe(first);
    await writeFile(go, '');
    await frame.locator('pre', { hasText: 'second' }).last().waitFor();
    await expect.poll(said).toBe('');
    await passTo(139);
    expect(await said()).toBe('');
    await passTo(141);
    expect(await said()).toContain('Still running');
    await fetch(`${site.url}api/v1/runs/${id}/cancel`, { method: 'POST' });
    await note.waitFor({ state: 'detached' });
    await page.close();
  });

  test('a hidden page asks nothing until it is looked at again', async () => {
    page = await site.browser.newPage();
    await page.clock.install();
    await page.goto(site.signInUrl);
    const show = (state: string) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await show('hidden');
    const asked: string[] = [];
    // The browser itself may still request the icon of the tab.
    page.on('request', (request) => {
      if (['document', 'fetch', 'xhr'].includes(request.resourceType())) asked.push(request.url());
    });
    await page.clock.runFor(60_000);
    expect(asked).toEqual([]);
    await Promise.all([page.waitForRequest('**/admin'), show('visible')]);
    await page.close();
  });

  test('a script may be run as soon as its kernel is there', async () => {
    await save('julia', notebook(['# Julia report', 'n = 1'], { kernel: 'julia-9', language: 'julia' }));
    page = await site.browser.newPage();
    await page.goto(`${site.url}s/julia`);
    await page.getByText('asks for the kernel "julia-9"').waitFor();
    expect(await page.locator('#inputs-go .primary').isDisabled()).toBe(true);
    await mkdir(join(jupyter, 'kernels/julia-9'), { recursive: true });
    await writeFile(
      join(jupyter, 'kernels/julia-9/kernel.json'),
      JSON.stringify({ argv: ['julia', '{connection_file}'], display_name: 'Julia', language: 'julia' }),
    );
    await page.locator('#inputs-go .primary:enabled').waitFor();
    expect(await page.getByText('Running is switched off').count()).toBe(0);
    await page.close();
  });
});
