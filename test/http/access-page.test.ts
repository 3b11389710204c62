/** The page about who may do what. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAccessRules } from '../../src/domain/access/rule.ts';
import { openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

let lines: readonly string[] = [];
let site: TestSite;
let operator: Record<string, string>;
beforeAll(async () => {
  site = await openSite({ accessRules: () => readAccessRules(lines) });
  const { headers } = await site.app.inject(page(`/sign-in?token=${TOKEN}`));
  operator = { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
});
afterAll(async () => site.close());

const look = async (query = '') => (await site.app.inject(page(`/admin/access${query}`, operator))).body;

test('says that there are no lines', async () => {
  lines = [];
  expect(await look()).toContain('The setting access has no lines');
});

test('lists the lines with the number of scripts that they decide about', async () => {
  lines = ['sales/*: runner @staff "<b>"', 'gone: viewer x', 'sales/weekly: runs own'];
  const body = await look();
  expect(body).toMatch(/gone: viewer x<\/code><\/td><td>none: is the name right\?/);
  expect(body).toMatch(/sales\/\*: runner @staff &#34;&lt;b&gt;&#34;<\/code><\/td><td>1</);
  expect(body).toMatch(/sales\/weekly: runs own<\/code><\/td><td>1</);
  expect(body).toMatch(/Where no line decides, everybody may run all<\/td><td>1</);
});

test('answers what somebody may do, and why', async () => {
  lines = ['sales/*: runner @staff'];
  const asked = '?user=ana&groups=a,%20staff&script=sales/weekly';
  expect(await look(asked)).toMatch(/<strong>ana may see the reports and run it.*which names the group staff\./s);
  expect(await look('?user=anybody&script=sales/weekly')).toContain(
    'For whoever has not signed in, there is no sales/weekly.',
  );
  expect(await look('?user=ana&script=none')).toContain('There is no script “none”.');
});
