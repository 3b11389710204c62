/** The page about what can be said of a script before it runs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

let site: TestSite;
let operator: Record<string, string>;
beforeAll(async () => {
  const asks =
    '# %% tags=["parameters"]\npin: "SecretStr" = "tr0ub4dor"\nday = "x"\n# %%\nimport no_such\ninput("<i>")\n';
  site = await openSite({}, { 'asks.py': asks, 'asks.params.json': '{"properties": {"day": {"title": "Day"}}}' });
  const { headers } = await site.app.inject(page(`/sign-in?token=${TOKEN}`));
  operator = { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
});
afterAll(async () => site.close());

const check = (name: string, headers = operator) => site.app.inject(page(`/check/${name}`, headers));

test('names each finding with its place, and each input with where it was read', async () => {
  const { body, statusCode } = await check('asks');
  expect(statusCode).toBe(200);
  expect(body).toMatch(/<td class="nowrap">Error<\/td><td class="nowrap">Step 2, line 2<\/td>.*asks-for-input/);
  expect(body).toContain('asks.params.json, which refines the cell tagged parameters');
  expect(body).toMatch(/<dt>Modules<\/dt><dd>no_such<\/dd>/);
  expect(body).toContain('Whether its modules are installed is not known');
  expect(body).not.toContain('tr0ub4dor');
});

test('says that there is nothing to mend, and what keeps a script from being published', async () => {
  expect((await check('sales/weekly')).body).toContain('Nothing to mend.');
  const { body, statusCode } = await check('broken');
  expect(statusCode).toBe(200);
  expect(body).toContain('<td class="nowrap">Error</td><td class="nowrap">The script as a whole</td>');
});

test('is for operators only, and linked from the page of the script for them', async () => {
  expect((await check('asks', {})).statusCode).toBe(403);
  expect((await site.app.inject(page('/s/asks', operator))).body).toContain('href="/check/asks"');
  expect((await site.app.inject(page('/s/asks'))).body).not.toContain('/check/');
  expect((await check('none')).statusCode).toBe(404);
});
