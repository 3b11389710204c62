/** One's own account, tokens and sessions in a browser: by keyboard alone, each page checked by axe, on a phone too. */
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { scriptRunner } from '../cli/command.ts';
import { violationsInBothColours } from './axe.ts';
import { type LiveSite, openLiveSite } from './live-site.ts';

const chromium = testChromium();
const PASSWORD = 'seven wet umbrellas at noon';
const TABLE = '[[sign_in]]\nname = "local"\ntype = "accounts"\ntitle = "Account"\n';

/** Keeps pages for “Back”, also such as are not to be stored. */
function keepingBrowser(executablePath: string): Promise<Browser> {
  const kept = 'CacheControlNoStoreEnterBackForwardCache:level/restore-unless-http-only-cookie-change';
  const args = [...CHROMIUM_FLAGS, `--enable-features=BackForwardCache,${kept}`];
  return playwright.launch({ executablePath, args, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
}

describe.skipIf(chromium === undefined)('an account (needs chromium)', { timeout: 300_000 }, () => {
  let site: LiveSite;
  let invitation: string;
  beforeAll(async () => {
    // no run is needed: it has no Python
    site = await openLiveSite({ '../script-runner.toml': TABLE }, chromium ?? '', { python: '/nowhere' });
    invitation = await linkBy('add');
  });
  afterAll(async () => site.closeAll());

  const places = () => ['--folder', site.folder, '--data', join(site.folder, 'data')];
  async function linkBy(command: 'add' | 'reset'): Promise<string> {
    const { stdout, stderr } = await scriptRunner(['accounts', command, 'ana', ...places()]);
    return `${site.url}invitation?code=${/code=([\w-]+)/.exec(stdout)?.[1] ?? stderr}`;
  }

  async function check(page: Page, name: string, text: string): Promise<void> {
    await page.getByText(text).filter({ visible: true }).first().waitFor();
    for (const width of [1300, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      const found = [...(scrollWidth > clientWidth ? ['too wide'] : []), ...(await violationsInBothColours(page))];
      expect({ name, width, found }).toEqual({ name, width, found: [] });
    }
    await page.setViewportSize({ width: 1300, height: 900 });
  }

  /** By Tab alone, to what has this label or text; it must show where the focus is. */
  async function reach(page: Page, name: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      const [at, hasRing] = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement;
        const text = element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent;
        return [text.trim(), getComputedStyle(element).outlineStyle !== 'none'] as const;
      });
      if (at === name) return expect({ name, hasRing }).toEqual({ name, hasRing: true });
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach “${name}”.`);
  }

  async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) {
      await reach(page, name);
      await page.keyboard.type(value);
    }
    await enter(page);
  }

  async function enter(page: Page): Promise<void> {
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  }

  test('has a second factor, tokens and sessions, and signs out in all tabs', async () => {
    const context = await site.browser.newContext({ colorScheme: 'light', bypassCSP: true, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(invitation);
    await check(page, 'invitation', 'Choose a password');
    await fill(page, { Password: 'password1234' });
    await check(page, 'invitation-refused', 'easy to guess');
    await fill(page, { Password: PASSWORD });
    await reach(page, 'You: ana');
    await page.keyboard.press('Enter');
    await reach(page, 'My account');
    await enter(page);
    await check(page, 'account', 'My account');

    await reach(page, 'Set up a second factor');
    await enter(page);
    await check(page, 'account-set-up', 'Scan this picture');
    const secret = Secret.fromBase32((await page.locator('code').first().textContent()) ?? '');
    await fill(page, { 'Present password': PASSWORD, Code: '000' });
    await check(page, 'account-wrong-code', 'This code is wrong');
    await fill(page, { 'Present password': PASSWORD, Code: new TOTP({ secret }).generate() });
    await check(page, 'account-recovery', 'Recovery codes');
    const recovery = (await page.locator('.recovery code').first().textContent()) ?? '';

    await page.goto(`${site.url}tokens`);
    await check(page, 'tokens-none', 'My tokens');
    await fill(page, { 'What for': 'nightly', Days: '999' });
    await check(page, 'tokens-refused', 'Write a whole number of days');
    await fill(page, { 'What for': 'nightly job', Days: '9' });
    await check(page, 'tokens-made', 'srt_');

    const second = await context.newPage();
    await second.goto(`${site.url}sessions#main`);
    await check(second, 'sessions', 'This browser');
    await page.bringToFront();
    await reach(page, 'You: ana');
    await page.keyboard.press('Enter');
    await reach(page, 'Sign out');
    await enter(page);
    // nothing of her stays in the other tab
    await second.waitForURL('**/sign-in?next=%2Fsessions');
    await second.close();

    await fill(page, { Name: 'ana', Password: PASSWORD });
    await check(page, 'code', 'The six digits');
    await fill(page, { Code: '000000' });
    await check(page, 'code-wrong', 'This code is wrong');
    await fill(page, { Code: recovery });
    await page.getByLabel('You: ana').waitFor();
    await context.close();
  });

  test('is nobody’s in pages that the browser keeps for “Back”', async () => {
    const browser = await keepingBrowser(chromium ?? '');
    try {
      const context = await browser.newContext();
      const shown: string[] = [];
      await context.addInitScript(() => {
        window.addEventListener('pageshow', ({ persisted }) => {
          if (persisted) console.log(document.body.checkVisibility({ visibilityProperty: true }) ? 'seen' : 'hidden');
        });
      });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      page.on('console', (line) => shown.push(line.text()));
      await page.goto(await linkBy('reset'));
      await page.getByLabel('Password').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByLabel('You: ana').waitFor();
      const away = async () => {
        await page.goto(`${site.url}runs`);
        await page.goto('about:blank');
      };
      await away();
      await page.goBack({ waitUntil: 'commit' });
      await page.getByRole('heading', { name: 'History' }).waitFor();
      await away();
      await scriptRunner(['sessions', 'end', 'ana', ...places()]);
      // the server may learn of it a moment later; asked without the browser, whose cookie stays as it is
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
      const who = async () => (await fetch(`${site.url}who`, { headers: { cookie } })).text();
      await expect.poll(who, { timeout: 30_000 }).toBe('');
      await page.goBack({ waitUntil: 'commit' });
      await page.waitForURL('**/sign-in?next=%2Fruns');
      expect(shown).toEqual(['hidden', 'hidden']);
    } finally {
      await browser.close();
    }
  });
});
