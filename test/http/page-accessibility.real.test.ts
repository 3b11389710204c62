/** Accessibility: axe finds nothing on any page, and the keyboard alone reaches everything. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { violationsInBothColours } from './axe.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();

describe.skipIf(chromium === undefined)('access (needs chromium)', () => {
  let site: LiveSite;
  const runs: Record<string, string> = {};

  beforeAll(async () => {
    site = await openLiveSite(
      {
        'sales/good.ipynb': [
          '# Good report\n\nDoes what it should.',
          'region: str = "EU"  # where\nrows: int = 3\nactive: bool = True\nnames: list[str] = ["a"]',
          'import script_runner\nscript_runner.result("rows", rows)\nprint(region)',
        ],
        'sales/failing.ipynb': ['# Failing report', 'region: str = "EU"', 'raise ValueError("no region")'],
        'sales/endless.ipynb': ['# Endless report', 'import time; time.sleep(600)'],
        'sales/choices.ipynb': [
          '# Choices',
          'from typing import Literal\nfrom datetime import date\nkinds: list[Literal["red", "green"]] = ["red"]\nkind: Literal["a", "b"] = "a"\nday: date = date(2026, 1, 31)\nuntil: date = date.today()\nmore = {"a": 1}',
        ],
        'sales/choices.params.json': [
          '{"properties": {"share": {"type": "integer", "minimum": 0, "maximum": 10, "default": 5}, "token": {"type": "string", "format": "password"}, "colour": {"type": "string", "format": "color", "default": "#336699", "x-group": "Looks"}}}',
        ],
        'broken.ipynb': ['{'],
      },
      chromium ?? '',
      { embed_origins: 'https://intranet.example.org' },
    );
    for (const name of ['good', 'failing', 'endless']) {
      const answer = await fetch(`${site.url}api/v1/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(name === 'endless' ? {} : { prefer: 'wait=60' }) },
        body: JSON.stringify({ script: `sales/${name}` }),
      });
      runs[name] = ((await answer.json()) as { id: string }).id;
    }
  });
  afterAll(async () => site.closeAll());

  const pages = [
    '',
    '?q=nothing',
    's/sales/good',
    's/sales/choices',
    's/broken',
    's/nothing',
    'runs',
    'runs?status=lost',
    'runs/GOOD',
    'runs/FAILING',
    'runs/ENDLESS',
    'runs/GOOD/report',
    'runs/GOOD/share',
    'usage/sales/good',
    'revisions/sales/good',
    'check/sales/good',
    'embed/auto/s/sales/choices',
    'embed/auto/runs/GOOD',
    'admin',
    'admin/access',
    'admin/links',
    'admin/sessions?person=operator',
    'admin/audit',
    'tokens',
    'sessions',
    'sign-in',
  ];
  const urlOf = (path: string) => site.url + path.replace(/[A-Z]+/, (name) => runs[name.toLowerCase()] ?? name);

  test.each([1440, 390])(
    'axe finds nothing on any page, light or dark, in %s px',
    async (width) => {
      const context = await site.browser.newContext({
        colorScheme: 'light',
        viewport: { width, height: 900 },
        bypassCSP: true,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto(site.signInUrl);
      await page.goto(urlOf('runs/GOOD/share'));
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByRole('button', { name: 'Revoke' }).first().waitFor();
      for (const path of pages) {
        await page.goto(urlOf(path));
        if (path === 'runs/GOOD') await page.locator('summary', { hasText: 'Download' }).click();
        expect({ path, found: await violationsInBothColours(page) }).toEqual({ path, found: [] });
      }
      await context.close();
    },
    240_000,
  );

  test('no page is wider than a phone', async () => {
    const page = await site.browser.newPage({ viewport: { width: 320, height: 700 } });
    await page.goto(site.signInUrl);
    for (const path of pages) {
      await page.goto(urlOf(path));
      expect({
        path,
        tooWide: await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
      }).toEqual({ path, tooWide: false });
    }
    await page.close();
  });

  test('everything that can be clicked is reached by Tab, in reading order, with a visible focus', async () => {
    const page = await site.browser.newPage();
    for (const path of ['', 's/sales/choices', 'runs', 'runs/GOOD', 'runs/FAILING']) {
      await page.goto(urlOf(path));
      const expected = await page.evaluate(
        () =>
          [
            ...document.querySelectorAll<HTMLElement>(
              'a[href], button, input, select, textarea, summary, iframe, [tabindex="0"]',
            ),
          ].filter(
            (element) =>
              element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
              element.tabIndex >= 0 &&
              !element.matches(':disabled, [type="hidden"]'),
          ).length,
      );
      const reached = new Set<string>();
      for (let presses = 0; presses < expected + 30; presses += 1) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement | null;
          if (element === null || element === document.body) return undefined;
          element.dataset['seen'] ??= String(document.querySelectorAll('[data-seen]').length);
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const row = element.closest('.row, tr');
          // the parts of a date field draw their own
          const ring = (outlineStyle !== 'none' && outlineWidth !== '0px') || element.matches('[type="date"]');
          return {
            id: element.dataset['seen'],
            visible:
              ring || element.tagName === 'IFRAME' || (row !== null && getComputedStyle(row).outlineStyle !== 'none'),
            html: element.outerHTML.slice(0, 120),
          };
        });
        if (at === undefined) continue;
        expect({ path, ...at }).toMatchObject({ visible: true });
        reached.add(at.id ?? '');
      }
      expect({ path, reached: reached.size }).toEqual({ path, reached: expected });
    }
    await page.close();
  });

  test('the keyboard runs a report from the catalogue on', async () => {
    const page = await site.browser.newPage();
    await page.goto(site.url);
    await page.keyboard.press('/');
    await page.keyboard.type('good');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/s/sales/good');
    await page.focus('#field-region');
    await page.keyboard.type('!');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL('**/runs/*');
    await page.locator('#run-bar').getByText('Done').waitFor();
    await page.locator('summary', { hasText: 'Download' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.menu a').first().waitFor();
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Download');
    await page.close();
  });

  test('the colour switch holds on the next page, in the report, too', async () => {
    const context = await site.browser.newContext({ colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(urlOf('runs/GOOD'));
    const report = page.frameLocator('iframe.report');
    await report.locator('.output-stream', { hasText: 'EU' }).waitFor();
    await Promise.all([
      page.waitForResponse('**/theme'),
      page.getByRole('button', { name: 'Use dark colours' }).click(),
    ]);
    await report.locator('html[data-theme="dark"]').waitFor();
    await page.goto(site.url);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await context.close();
  });
});
