/** Drafts, which only operators see, and the earlier names of scripts. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseScript } from '../../src/files/script-parse.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { notebookText } from '../files/folder.ts';
import { form, openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

const beside = (own: object) => JSON.stringify({ 'x-script-runner': own });
const plan = notebookText([{ markdown: '# The plan' }, { code: 'print(1)' }]);

let site: TestSite;
let operator: Record<string, string>;
beforeAll(async () => {
  site = await openSite({}, { 'plan.ipynb': plan, 'plan.params.json': beside({ publish: false, aliases: ['idea'] }) });
  const { headers } = await site.app.inject(page(`/sign-in?token=${TOKEN}`));
  operator = { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
});
afterEach(async () => site.clear());
afterAll(async () => site.close());

const get = (url: string, headers?: Record<string, string>) => site.app.inject(page(url, headers));

describe('a draft', () => {
  test.each(['/s/plan', '/s/idea', '/latest/plan', '/scripts/plan', '/api/v1/scripts/plan', '/api/v1/scripts/idea'])(
    'does not exist for viewers at %s',
    async (url) => {
      const answer = await get(url);
      const end = answer.statusCode === 301 ? await get(String(answer.headers.location)) : answer;
      expect(end.statusCode).toBe(404);
      expect(end.body).not.toContain('The plan');
    },
  );

  test('is answered as a script that does not exist', async () => {
    const body = (name: string) => ({ script: name, parameters: {} });
    const submit = async (name: string) => {
      const answer = await site.app.inject({ method: 'POST', url: '/api/v1/runs', payload: body(name) });
      return { status: answer.statusCode, body: answer.body.replaceAll(name, '…') };
    };
    expect(await submit('plan')).toEqual(await submit('nothing'));
    expect((await site.app.inject(form('/s/plan', {}))).statusCode).toBe(404);
  });

  test('is in no list for viewers, and marked for the operator', async () => {
    expect((await get('/')).body).not.toContain('The plan');
    expect((await get('/api/v1/scripts')).body).not.toContain('The plan');
    const { body } = await get('/', operator);
    expect(body).toMatch(/>The plan <span class="draft"[^>]*>Draft<\/span><\/a>/);
    expect((await get('/s/plan', operator)).body).toContain('>Draft</span></h1>');
    expect((await get('/api/v1/scripts/plan', operator)).json()).toMatchObject({ draft: true, aliases: ['idea'] });
  });

  test('is run by the operator; its report is listed for operators only', async () => {
    const answer = await site.app.inject({
      ...form('/s/plan', {}),
      headers: { ...form('/s/plan', {}).headers, ...operator },
    });
    expect(answer.statusCode).toBe(303);
    await site.finish();
    expect((await get('/runs', operator)).body).toContain('The plan');
    expect((await get('/runs')).body).not.toContain('The plan');
    expect((await get('/api/v1/runs')).json()).toMatchObject({ items: [] });
    expect((await get('/api/v1/runs?script=plan')).json()).toMatchObject({ items: [] });
    expect((await get(String(answer.headers.location))).statusCode).toBe(200);
  });
});

test('a renamed script keeps its addresses, its reports and its history', async () => {
  const own = await openSite({}, { 'old.ipynb': plan });
  try {
    const submit = async (name: string) => {
      const answer = await own.app.inject({ method: 'POST', url: '/api/v1/runs', payload: { script: name } });
      expect(answer.statusCode).toBe(202);
      return own.finish();
    };
    const { id } = await submit('old');
    await rename(join(own.folder, 'scripts/old.ipynb'), join(own.folder, 'scripts/new.ipynb'));
    await writeFile(join(own.folder, 'scripts/new.params.json'), beside({ aliases: ['old'] }));
    const again = await createScriptSource({
      directory: join(own.folder, 'scripts'),
      languages: own.ctx.languages,
      watch: false,
    });
    Object.assign(own.ctx, { scripts: again });
    const moved = own.app;
    const to = async (url: string) => {
      const { statusCode, headers } = await moved.inject(page(url));
      return `${String(statusCode)} ${String(headers.location)}`;
    };
    expect(await to('/s/old?rows=2')).toBe('302 /s/new?rows=2');
    expect(await to('/latest/new')).toBe(`302 /runs/${id}`);
    expect(await to('/latest/old')).toBe(`302 /runs/${id}`);
    expect((await moved.inject(page('/'))).body).toContain(`/runs/${id}`);
    const second = await moved.inject({ method: 'POST', url: '/api/v1/runs', payload: { script: 'old' } });
    expect(second.json()).toMatchObject({ script: 'new' });
    for (const name of ['old', 'new']) {
      const { body } = await moved.inject(page(`/runs?script=${name}`));
      expect(body).toContain(`/runs/${id}`);
      expect(body).toMatch(/<option value="new" selected/);
      const listed = await moved.inject(page(`/api/v1/runs?script=${name}&limit=1`));
      expect(listed.json()).toMatchObject({ items: [{ script: 'new' }] });
      const next = String(listed.json<{ next: string }>().next);
      const rest = await moved.inject(page(`/api/v1/runs?script=${name}&limit=1&cursor=${next}`));
      expect(rest.json()).toMatchObject({ items: [{ script: 'old' }], next: null });
    }
  } finally {
    await own.close();
  }
});

test('while the folder is read for the first time, pages say so, and neither hide scripts nor show drafts', async () => {
  const own = await openSite({}, { 'plan.ipynb': plan, 'other.ipynb': plan });
  try {
    const submitted = await own.app.inject({ method: 'POST', url: '/api/v1/runs', payload: { script: 'plan' } });
    expect(submitted.statusCode).toBe(202);
    await own.finish();
    await writeFile(join(own.folder, 'scripts/plan.params.json'), beside({ publish: false }));
    const gate = Promise.withResolvers<void>();
    const large = JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { pad: 'x'.repeat(1_100_000) },
      cells: [],
    });
    await writeFile(join(own.folder, 'scripts/slow.ipynb'), large);
    const { languages } = own.ctx;
    const slow = await createScriptSource({
      directory: join(own.folder, 'scripts'),
      languages,
      watch: false,
      waitMs: 300,
      parseLarge: (...file) => gate.promise.then(() => parseScript(...file, languages)),
    });
    Object.assign(own.ctx, { scripts: slow });
    const answer = (url: string) => own.app.inject(page(url));
    await expect.poll(async () => (await answer('/s/other')).statusCode, { timeout: 30_000 }).toBe(200);
    await expect.poll(() => slow.reading?.()?.read, { timeout: 30_000 }).toBe(4);
    const { body } = await answer('/');
    expect(body).toContain('The scripts folder is being read');
    expect(body).toContain('4 of 5 files.');
    expect(body).toContain('href="/s/other"');
    expect(body).not.toContain('href="/s/plan"');
    expect((await answer('/s/plan')).statusCode).toBe(404);
    for (const url of ['/s/slow', '/s/unknown', '/runs', '/api/v1/runs', '/api/v1/scripts']) {
      const { statusCode, headers, body } = await answer(url);
      expect(`${url} ${statusCode} ${String(headers['retry-after'])}`).toBe(`${url} 503 5`);
      expect(body).toContain('The scripts folder is being read: 4 of 5 files. Try again in a moment.');
    }
    expect((await own.app.inject('/readyz')).json()).toMatchObject({
      detail: 'The scripts folder is being read: 4 of 5 files.',
    });
    gate.resolve();
    await slow.reading?.()?.ended;
    expect((await answer('/')).body).not.toContain('being read');
    expect((await answer('/s/slow')).statusCode).toBe(200);
    expect((await answer('/s/unknown')).statusCode).toBe(404);
    expect((await answer('/api/v1/runs')).json()).toMatchObject({ items: [] });
    expect((await own.app.inject('/readyz')).json()).not.toHaveProperty('detail');
  } finally {
    await own.close();
  }
});
