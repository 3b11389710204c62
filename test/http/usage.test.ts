/** The page about how a script is used. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { form, openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

let site: TestSite;
let operator: Record<string, string>;
beforeAll(async () => {
  site = await openSite();
  const { headers } = await site.app.inject(page(`/sign-in?token=${TOKEN}`));
  operator = { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
});
afterAll(async () => site.close());

const usage = async (headers = operator) => site.app.inject(page('/usage/sales/weekly', headers));
const run = async (...events: RunEvent[]) => {
  await site.app.inject(form('/s/sales/weekly', {}));
  return site.finish(...events);
};
const failing: RunEvent = {
  type: 'run-finished',
  outcome: { type: 'failed', cell: 2, step: 2, exception: { name: 'KeyError<b>', value: '1' } },
};

test('says that a script has not been run', async () => {
  const { body, statusCode } = await usage();
  expect(statusCode).toBe(200);
  expect(body).toContain('It has not been run yet.');
});

test('counts runs, people and failures by step, and draws the durations', async () => {
  await run();
  await run(failing);
  const { id } = await run(failing);
  const { body } = await usage();
  expect(body).toMatch(/<dt>Runs<\/dt><dd>3<\/dd>/);
  expect(body).toMatch(/<dt>Succeeded<\/dt><dd>1<\/dd>/);
  expect(body).toMatch(/<dt>Failed<\/dt><dd>2<\/dd>/);
  expect(body).toMatch(/<dt>People<\/dt><dd>1<\/dd>/);
  expect(body).toMatch(/<td>Step 2<\/td><td class="main">KeyError&lt;b&gt;<\/td><td>2<\/td>/);
  expect(body).toContain(`href="/runs/${id}"`);
  expect(body.match(/<rect class="tone-/g)).toHaveLength(3);
  expect(body).toMatch(/<svg [^>]*role="img" aria-label="Bars for 3 runs/);
});

test('names the slowest steps of what is published, and its cells as they begin', async () => {
  const cell = (at: number, ms: number, more = {}): RunEvent => ({
    type: 'cell-finished',
    cell: at,
    status: 'ok',
    ms,
    ...more,
  });
  for (const ms of [2000, 3000, 9000]) await run(cell(1, 1000), cell(2, 7, { injected: true }), cell(3, ms));
  const { body } = await usage();
  expect(body).toContain('Slowest steps');
  const rows = body.match(/<td class="nowrap">Step \d.*?<\/tr>/g) ?? [];
  const textOf = (row: string) => row.replace(/<[^>]*>/g, '|').replace(/\|+/g, '|');
  expect(rows.map(textOf)).toEqual([
    '|Step 2|print(region)|3s|9s|82 %|',
    '|Step 1|region: str = &#34;EU&#34;|1s|1s|18 %|',
  ]);
});

test('is for operators only, and linked from the page of the script for them', async () => {
  expect((await usage({})).statusCode).toBe(403);
  expect((await site.app.inject(page('/s/sales/weekly', operator))).body).toContain('href="/usage/sales/weekly"');
  expect((await site.app.inject(page('/s/sales/weekly'))).body).not.toContain('/usage/');
  expect((await site.app.inject(page('/usage/none', operator))).statusCode).toBe(404);
});
