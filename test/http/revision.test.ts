/** The page of a script's revisions, their differences, and their stored source. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../src/domain/run/run.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { createRolledScriptSource } from '../../src/files/script-source-rolled.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createRollbackStore } from '../../src/store/rollback.ts';
import { form, openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

const OUTPUT = 'output of the author';

let site: TestSite;
let operator: Record<string, string>;
beforeAll(async () => {
  site = await openSite();
  const { headers } = await site.app.inject(page(`/sign-in?token=${TOKEN}`));
  operator = { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
});
afterAll(async () => site.close());

const get = async (url: string, headers = operator) => site.app.inject(page(url, headers));

/** Publishes a notebook with these code cells, and runs it. */
async function publish(name: string, ...sources: string[]): Promise<void> {
  const outputs = [{ output_type: 'stream', name: 'stdout', text: OUTPUT }];
  const cells = sources.map((source, at) => ({
    cell_type: 'code',
    id: `c${at}`,
    metadata: {},
    source,
    outputs,
    execution_count: 1,
  }));
  const metadata = { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata, cells };
  await writeFile(join(site.folder, `scripts/${name}.ipynb`), JSON.stringify(notebook));
  await reload();
}

/** The files are not watched here. */
async function reload(): Promise<void> {
  const options = { directory: join(site.folder, 'scripts'), languages: site.ctx.languages, watch: false };
  Object.assign(site.ctx.scripts, await createScriptSource(options));
}

async function run(name: string): Promise<Run> {
  await site.app.inject(form(`/s/${name}`, {}));
  return site.finish();
}

test('lists the revisions that ran, the newest first, and marks the published one', async () => {
  await publish('list', 'a = 1');
  expect((await get('/revisions/list')).body).toContain('It has not been run yet.');
  const one = await run('list');
  await run('list');
  await publish('list', 'a = 2');
  const two = await run('list');
  const { body, statusCode } = await get('/revisions/list');
  expect(statusCode).toBe(200);
  const rows = body.split('<tr>').slice(2);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain(two.revision.slice(0, 12));
  expect(rows[0]).toContain('>Published</span>');
  expect(rows[0]).not.toContain('>Compare<');
  expect(rows[1]).toContain(one.revision.slice(0, 12));
  expect(rows[1]).toMatch(/<td>2<\/td>/);
  expect(rows[1]).not.toContain('>Published</span>');
  expect(rows[1]).toMatch(/href="\/revisions\/list\?from=[^"]+#differences">Compare</);
});

test('compares one with what is published by words, without outputs', async () => {
  await publish('compare', 'a = 1', 'print("<b>")');
  const { id } = await run('compare');
  await publish('compare', 'a = 1', 'print("<i>")');
  const { body } = await get(`/revisions/compare?from=${id}`);
  expect(body).toContain('Lines added: 1. Lines removed: 1.');
  expect(body).toMatch(/<del [^>]*>.*removed: <\/span><code>print\(&#34;&lt;b&gt;&#34;\)<\/code><\/del>/);
  expect(body).toMatch(/<ins [^>]*>.*added: <\/span><code>print\(&#34;&lt;i&gt;&#34;\)<\/code><\/ins>/);
  expect(body).toContain('Cell 2, code');
  expect(body).not.toContain(OUTPUT);
  expect((await get(`/revisions/compare?from=${id}&to=${id}`)).body).toContain('saved outputs or metadata only');
});

test('compares parameter files', async () => {
  await publish('beside', 'a = 1');
  await writeFile(join(site.folder, 'scripts/beside.params.json'), '{"x-script-runner": {"owner": "One"}}');
  await reload();
  const one = await run('beside');
  await writeFile(join(site.folder, 'scripts/beside.params.json'), '{"x-script-runner": {"owner": "Two"}}');
  await reload();
  const two = await run('beside');
  expect(two.revision).toBe(one.revision);
  const { body } = await get(`/revisions/beside?from=${one.id}&to=${two.id}`);
  expect(body.match(/<code title=/g)).toHaveLength(2);
  expect(body).toMatch(/<h3 [^>]*>Parameter file<\/h3>/);
  expect(body).toContain('{&#34;owner&#34;: &#34;Two&#34;}');
  const { payload, headers } = await get(`/runs/${one.id}/source?part=sidecar`);
  expect(payload).toBe('{"x-script-runner": {"owner": "One"}}');
  expect(headers['content-disposition']).toContain('.params.json');
});

test('gives the stored source, and says what cannot be compared', async () => {
  await publish('source', 'first = 1');
  const { id, revision } = await run('source');
  await writeFile(join(site.folder, 'scripts/source.ipynb'), '{"cells": [');
  await reload();
  // its newest report is shown, with the reason why there is no form
  expect((await get('/s/source')).body).toMatch(/role="note">[^]*cannot be run<\/strong><p>The file is not valid JSON/);
  const { payload, headers } = await get(`/runs/${id}/source`);
  expect(payload).toContain('first = 1');
  expect(headers['content-disposition']).toMatch(
    new RegExp(`^attachment; filename=".*${revision.slice(0, 8)}.ipynb"$`),
  );
  expect(headers['content-type']).toBe('application/octet-stream');
  const { body } = await get(`/revisions/source?from=${id}`);
  expect(body).toContain('What is published is broken, so it cannot be compared.');
  expect((await get(`/runs/${id}/source?part=sidecar`)).statusCode).toBe(404);
  await site.ctx.runs.erase(id, Date.now());
  expect((await get('/revisions/source')).body).toContain('Its reports were deleted, and its source with them.');
  expect((await get(`/runs/${id}/source`)).statusCode).toBe(410);
  expect((await get(`/revisions/source?from=${id}`)).statusCode).toBe(410);
  await rm(join(site.folder, 'scripts/source.ipynb'));
  await reload();
});

test('runs a stored revision again with the values of its run, although something else is published', async () => {
  await publish('again', 'a = 1');
  await site.app.inject(form('/s/again', {}));
  const one = await site.finish();
  await publish('again', 'a = 2');
  expect((await get('/revisions/again')).body).toContain(`action="/runs/${one.id}/repeat"`);
  const post = form(`/runs/${one.id}/repeat`, {});
  expect((await site.app.inject(post)).statusCode).toBe(403);
  const foreign = { ...post, headers: { ...post.headers, ...operator, origin: 'http://elsewhere.example' } };
  expect((await site.app.inject(foreign)).statusCode).toBe(403);
  const own = { ...post, headers: { ...post.headers, ...operator } };
  const answer = await site.app.inject(own);
  expect(answer.statusCode).toBe(303);
  const two = await site.finish();
  expect(answer.headers.location).toBe(`/runs/${two.id}`);
  expect(two).toMatchObject({ revision: one.revision, parent: one.id, trigger: 'again', given: one.given });
  await writeFile(join(site.folder, 'scripts/again.ipynb'), '{"cells": [');
  await reload();
  expect((await site.app.inject(own)).statusCode).toBe(303);
  expect((await site.finish()).revision).toBe(one.revision);
  await site.ctx.runs.erase(one.id, Date.now());
  expect((await site.app.inject(own)).statusCode).toBe(410);
});

test('rolls a script back by one press, shows that to operators, and undoes it', async () => {
  await publish('rolled', 'a = 1');
  const { id, revision } = await run('rolled');
  await publish('rolled', 'a = 2');
  const engine = openSqlite(':memory:');
  await migrate(engine);
  const rolled = await createRolledScriptSource(
    { ...site.ctx.scripts },
    {
      store: createRollbackStore({ engine }),
      everyMs: 60_000,
      onProblem: (problem) => expect(problem).toBeUndefined(),
    },
  );
  Object.assign(site.ctx.scripts, rolled);
  Object.assign(site.ctx, { rollbackControl: rolled.control, log: { ...site.ctx.log, info: () => undefined } });
  const post = async (url: string, headers = operator) => {
    const { headers: usual, ...rest } = form(url, {});
    return site.app.inject({ ...rest, headers: { ...usual, ...headers } });
  };
  expect((await get('/revisions/rolled')).body).toContain(`action="/runs/${id}/roll-back"`);
  expect((await post(`/runs/${id}/roll-back`, {})).statusCode).toBe(403);
  const foreign = { ...operator, origin: 'http://elsewhere.example' };
  expect((await post(`/runs/${id}/roll-back`, foreign)).statusCode).toBe(403);
  const answer = await post(`/runs/${id}/roll-back`);
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/revisions/rolled']);
  const { body } = await get('/revisions/rolled');
  expect(body).toContain('An earlier revision is published in place of its file');
  expect(body).not.toContain('/roll-back"');
  for (const url of ['/s/rolled', '/']) {
    expect((await get(url)).body).toContain('>Rolled back</span>');
    expect((await get(url, {})).body).not.toContain('Rolled back');
  }
  expect((await get('/admin')).body).toContain('href="/revisions/rolled"');
  const shown = await site.app.inject(page('/api/v1/scripts/rolled', { accept: 'application/json' }));
  expect(shown.json()).toMatchObject({ revision, rolledBack: true });
  expect((await run('rolled')).revision).toBe(revision);
  expect((await post('/revisions/rolled', {})).statusCode).toBe(403);
  expect((await post('/revisions/rolled', foreign)).statusCode).toBe(403);
  expect((await post('/revisions/rolled')).statusCode).toBe(303);
  expect((await get('/revisions/rolled')).body).not.toContain('in place of its file, since');
  expect((await run('rolled')).revision).not.toBe(revision);
  await rolled.stop();
  await engine.close();
});

test('is for operators only, about runs of the script only, and linked for them', async () => {
  await publish('own', 'a = 1');
  await publish('other', 'b = 1');
  const { id } = await run('own');
  expect((await get('/revisions/own', {})).statusCode).toBe(403);
  expect((await get(`/runs/${id}/source`, {})).statusCode).toBe(403);
  expect((await get(`/revisions/other?from=${id}`)).statusCode).toBe(404);
  expect((await get('/revisions/own?from=none')).statusCode).toBe(404);
  expect((await get('/revisions/none')).statusCode).toBe(404);
  expect((await get('/s/own')).body).toContain('href="/revisions/own"');
  expect((await get('/s/own', {})).body).not.toContain('/revisions/');
  expect((await get(`/runs/${id}`)).body).toContain(`href="/revisions/own?from=${id}"`);
  expect((await get(`/runs/${id}`, {})).body).not.toContain('/revisions/');
});
