/** The page about who may do what. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAccessRules } from '../../src/domain/access/rule.ts';
import { type ScriptRule, withScriptRules } from '../../src/domain/access/script-rule.ts';
import { createAudit } from '../../src/app/audit/audit.ts';
import { noteRights } from '../../src/app/audit/audit-rights.ts';
import { openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

let lines: readonly string[] = [];
let [said, remembered] = [new Map<string, ScriptRule>(), new Map<string, ScriptRule>()];
let ignored = new Map<string, ScriptRule>();
let site: TestSite;
let operator: Record<string, string>;
beforeAll(async () => {
  site = await openSite({
    accessRules: () => withScriptRules(readAccessRules(lines), said, remembered),
    ignoredRules: () => ignored,
  });
  const { headers } = await site.app.inject(page(`/sign-in?token=${TOKEN}`));
  operator = { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
});
afterAll(async () => site.close());

/** Without the words that only phones show. */
const look = async (query = '') =>
  (await site.app.inject(page(`/admin/access${query}`, operator))).body.replaceAll(
    '<span class="narrow">Scripts: </span>',
    '',
  );

test('says that there are no lines', async () => {
  lines = [];
  expect(await look()).toContain('The setting access has no lines');
});

test('does not ask whether the name is right where a line has none', async () => {
  lines = ['*: runner staff', 'sales/*: runner staff', 'broken: runner staff'];
  expect(await look()).toMatch(/\*: runner staff<\/code><\/td><td>none: nearer lines decide about all</);
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

test('names the file of a rule that a script carries, also one that is gone or cannot be read', async () => {
  lines = ['sales/*: runner @staff'];
  const file = 'sales/weekly.params.json';
  const rule = (script: string, text: string) => new Map([[script, { script, text, file }]]);
  const ask = () => look('?user=ana&script=sales/weekly');
  said = rule('sales/weekly', 'runner ana; runs own');
  remembered = rule('gone', 'runner ana');
  const body = await ask();
  expect(body).toMatch(
    /sales\/weekly: runner ana; runs own<\/code><div class="help">in sales\/weekly.params.json<.*<td>1</,
  );
  expect(body).toMatch(/gone: runner ana<\/code>.*which no longer does<\/div><\/td><td>none: kept for its reports</);
  expect(body).toContain('which names ana.');
  said = rule('sales/weekly', 'runer ana');
  expect(await ask()).toMatch(/For ana, there is no sales\/weekly.*“runer ana” is no part of it/s);
  [said, remembered] = [new Map(), rule('sales/weekly', 'runner ana')];
  expect(await ask()).toMatch(/as sales\/weekly.params.json said, which no longer does, which names ana/);
  remembered = new Map();
});

test('the audit lists entries by filters, page by page, and gives them as lines that can be verified', async () => {
  const store = site.store.auditStore;
  const add = (at: number, actor: string) =>
    store.add({
      atMs: Date.parse('2026-01-02T10:00:00Z') + at,
      action: 'ran',
      actor,
      script: 'sales/<b>',
      run: `r${at}`,
      address: at % 2 === 0 ? '10.0.0.1' : '::1',
    });
  for (let at = 0; at < 60; at += 1) await add(at, at < 55 ? 'ana' : '<i>eve');
  const audit = async (query: string, end = '') =>
    (await site.app.inject(page(`/admin/audit${end}${query}`, operator))).body;
  const first = await audit('?by=ana&action=ran&since=2026-01-02&until=2026-01-02');
  expect(first.match(/href="\/runs\/r\d+"/g)).toHaveLength(50);
  const older = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = (await site.app.inject(page(older, operator))).body;
  expect(second.match(/href="\/runs\/r\d+"/g)).toHaveLength(5);
  expect(await audit('?since=2026-01-03&by=ana')).toContain('No entry fits the filters.');
  const addressed = await audit('?by=ana&from=%3A%3A1&script=sales%2F%3Cb%3E&action=ran&until=2026-01-02');
  expect(addressed.match(/href="\/runs\/r\d*[13579]"/g)).toHaveLength(27);
  expect(addressed.match(/href="\/runs\/r\d+"/g)).toHaveLength(27);
  const eve = await audit('?by=%3Ci%3Eeve');
  expect(eve).toContain('&lt;i&gt;eve');
  expect(eve).not.toMatch(/<i>eve|sales\/<b>/);
  expect((await site.app.inject(page('/admin/audit?action=none', operator))).statusCode).toBe(400);
  const lines = (await audit('?by=ana', '/export')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { entry: { actor: string } }).entry.actor)).toEqual(
    Array.from({ length: 55 }, () => 'ana'),
  );
});

test('the audit says when something is not as it was written', async () => {
  const look = async () => (await site.app.inject(page('/admin/audit', operator))).body;
  expect(await look()).not.toContain('is not as it was written');
  const store = site.store.auditStore;
  const read = store.read;
  Object.assign(store, {
    read: async (after: number, limit: number) =>
      (await read(after, limit)).map((entry) => ({ ...entry, body: entry.body.replace('ana', 'bob') })),
  });
  expect(await look()).toMatch(
    /role="alert">.*<span>The audit is not as it was written\. The entry 2, or the one before it/s,
  );
  Object.assign(store, { read });
});

test('records other rights once, whoever reads them', async () => {
  const ctx = { auditStore: site.store.auditStore, audit: createAudit(site.store.auditStore, Date.now) };
  const before = { access: ['*: viewer ana'], operators: [] };
  const now = { access: ['*: viewer ana', 'a: runner bob'], operators: ['eve'] };
  await noteRights(ctx, before);
  await noteRights(ctx, before);
  await noteRights(ctx, now, before);
  await noteRights(ctx, now, before);
  const entries = await site.store.auditStore.list({ action: 'rights-changed', limit: 9 });
  expect(entries.map(({ details }) => details)).toMatchObject([
    { added: ['a: runner bob', 'operator eve'], removed: [] },
    { added: ['*: viewer ana'], removed: [] },
  ]);
});

test('names the rule of a script that a line about exactly this script replaces', async () => {
  const [file, about] = ['sales/weekly.py', '?user=ana&script=sales/weekly'];
  said = new Map([['sales/weekly', { script: 'sales/weekly', text: ' runner <b>; runs own', file }]]);
  lines = ['sales/weekly: runner @staff'];
  expect(await look()).toMatch(
    /sales\/weekly: runner @staff<\/code><div class="help">instead of a part of &#34;runner &lt;b&gt;; runs own&#34; in sales\/weekly\.py</,
  );
  expect(await look(about)).toContain(
    'counts only for what this line does not say: &#34;sales/weekly: runner @staff&#34;',
  );
  lines = ['sales/weekly: runner @staff ana; runs script'];
  expect(await look()).toContain(
    '<div class="help">instead of &#34;runner &lt;b&gt;; runs own&#34; in sales/weekly.py<',
  );
  expect(await look(about)).toContain('does not count beside this line');
  // it says nothing that the other says
  lines = ['sales/weekly: runs script'];
  said = new Map([['sales/weekly', { script: 'sales/weekly', text: 'runner ana', file }]]);
  expect(await look(about)).not.toContain('instead of');
  said = new Map();
});

test('says which rules of scripts do not count', async () => {
  lines = ['sales/*: runner @staff'];
  [said, remembered] = [new Map(), new Map()];
  expect(await look()).not.toContain('do not count');
  ignored = new Map([['sales/weekly', { script: 'sales/weekly', text: 'runner <ana>', file: 'sales/weekly.py' }]]);
  const body = await look('?user=ana&script=sales/weekly');
  expect(body).toMatch(/access_in_scripts is false.*sales\/weekly: runner &lt;ana&gt;<\/code>.*in sales\/weekly\.py/s);
  expect(body).toContain('Its own rule does not count, since access_in_scripts is false');
  ignored = new Map(Array.from({ length: 250 }, (_, at) => [`s${at}`, { script: `s${at}`, text: 'x', file: 'f' }]));
  expect(await look()).toContain('<li>and 50 more</li>');
  ignored = new Map();
});
