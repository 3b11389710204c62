import { afterAll, beforeAll, expect, test } from 'vitest';
import { renamePreset, restorePreset } from '../../../src/app/preset.ts';
import { OPERATOR as OPERATOR_ACTOR } from '../../../src/domain/access/access.ts';
import { openSite, TOKEN, type TestSite } from '../site.ts';

const URL = '/api/v1/scripts/sales%2Fweekly/presets';
const OPERATOR = { authorization: `Bearer ${TOKEN}` };

let site: TestSite;
beforeAll(async () => {
  site = await openSite({
    trustedProxies: ['10.0.0.0/8'],
    authentication: { identityHeader: 'remote-user', operators: ['olga'] },
  } as never);
});
afterAll(() => site.close());

const as = (user: string) => ({ 'remote-user': user });
async function call(method: 'GET' | 'PUT' | 'DELETE' | 'POST', url: string, headers: object, payload?: object) {
  const answer = await site.app.inject({
    method,
    url,
    headers: { host: 'localhost', ...headers },
    remoteAddress: '10.0.0.1',
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : (answer.json() as Record<string, never>) };
}
const names = async (user: string) =>
  ((await call('GET', URL, as(user))).body as unknown as { items: { name: string }[] }).items.map(({ name }) => name);

test('saves, lists, replaces and deletes presets of a person, which nobody else sees', async () => {
  const { status, body } = await call('PUT', `${URL}/Month%20end`, as('ana'), { values: { rows: '5' } });
  expect([status, body]).toMatchObject([
    201,
    { name: 'Month end', shared: false, values: { rows: 5 }, mayChange: true },
  ]);
  expect((await call('PUT', `${URL}/Month%20end`, as('ana'), { values: { rows: 6 } })).status).toBe(200);
  expect([await names('ana'), await names('ben')]).toEqual([['Month end'], []]);
  expect((await call('DELETE', `${URL}/Month%20end`, as('ben'))).status).toBe(404);
  expect((await call('DELETE', `${URL}/Month%20end`, as('ana'))).status).toBe(204);
  expect(await names('ana')).toEqual([]);
});

test('lets everybody use a shared preset, but only its maker and operators change it', async () => {
  const put = (headers: object) => call('PUT', `${URL}/Team`, headers, { values: { region: 'US' }, shared: true });
  expect((await put(as('ana'))).status).toBe(201);
  expect(await names('ben')).toEqual(['Team']);
  expect((await put(as('ben'))).status).toBe(403);
  expect((await put(as('olga'))).body).toMatchObject({ mayChange: true });
  const remove = (headers: object) => call('DELETE', `${URL}/Team?shared=true`, headers);
  expect((await remove(as('ben'))).status).toBe(403);
  expect((await remove(OPERATOR)).status).toBe(204);
  const user = { actor: OPERATOR_ACTOR, owner: undefined };
  const ref = { script: 'sales/weekly', name: 'Team', isShared: true };
  await restorePreset(site.ctx, user, ref);
  expect(await renamePreset(site.ctx, user, ref, 'Other')).toBe('Other');
  const about = (await site.store.auditStore.list({ script: 'sales/weekly', limit: 50 })).filter(({ action }) =>
    action.startsWith('preset-'),
  );
  expect(about.map(({ action, actor, details }) => [action, actor, details])).toEqual([
    ['preset-renamed', 'operator', { name: 'Team', to: 'Other' }],
    ['preset-restored', 'operator', { name: 'Team' }],
    ['preset-deleted', 'operator', { name: 'Team' }],
    ['preset-shared', 'olga', { name: 'Team', replaced: true }],
    ['preset-shared', 'ana', { name: 'Team', created: true }],
  ]);
});

test('takes true and false for shared, nothing that only could mean them', async () => {
  for (const shared of [null, 'true', 1]) {
    const { status, body } = await call('PUT', `${URL}/Odd`, as('ana'), { values: {}, shared });
    expect([shared, status, body]).toMatchObject([shared, 400, { fields: [{ field: 'shared' }] }]);
  }
});

test('submits a run with a preset, whose values those of the request replace', async () => {
  await call('PUT', `${URL}/Big`, as('ana'), { values: { region: 'US', rows: 9 } });
  const submit = (headers: object, payload: object) => call('POST', '/api/v1/runs', headers, payload);
  const run = { script: 'sales/weekly', preset: 'Big', parameters: { rows: 10 } };
  expect(await submit(as('ana'), run)).toMatchObject({ status: 202, body: { parameters: { region: 'US', rows: 10 } } });
  expect(await submit(as('ben'), run)).toMatchObject({ status: 404 });
  await site.clear();
});

test('refuses a run with a preset whose values no longer fit, and names them', async () => {
  const key = { script: 'sales/weekly', owner: 'person:ana', name: 'Old' };
  const values = { rows: 'many', gone: 1, region: 'US' };
  await site.ctx.presets?.put({ ...key, maker: key.owner, values }, { replace: false, nowMs: 1 });
  const { status, body } = await call('POST', '/api/v1/runs', as('ana'), { script: 'sales/weekly', preset: 'Old' });
  expect(status).toBe(422);
  expect((body?.['fields'] as unknown as { field: string }[]).map(({ field }) => field)).toEqual(['gone', 'rows']);
});

test.each([
  ['a wrong value', 'A', { values: { rows: 'many' } }, 422],
  ['an unknown name', 'A', { values: { other: 1 } }, 422],
  ['a name that is too long', 'x'.repeat(101), { values: {} }, 422],
  ['a name that cannot be seen', '%20%E2%80%AE', { values: {} }, 422],
  ['values that are none', 'A', { values: 5 }, 400],
  ['values that are too large', 'A', { values: { region: 'x'.repeat(70_000) } }, 422],
])('refuses %s', async (_what, name, payload, status) => {
  expect((await call('PUT', `${URL}/${name}`, as('ana'), payload)).status).toBe(status);
  expect((await call('PUT', '/api/v1/scripts/none/presets/A', as('ana'), { values: {} })).status).toBe(404);
});

test('refuses presets of somebody who cannot be found again', async () => {
  const open = await openSite();
  const put = (payload: object) =>
    open.app.inject({ method: 'PUT', url: `${URL}/A`, headers: { host: 'localhost' }, payload });
  expect((await put({ values: {} })).json()).toMatchObject({ status: 422, detail: /who you are/ });
  expect((await put({ values: {}, shared: true })).statusCode).toBe(201);
  expect((await put({ values: {}, shared: true })).statusCode).toBe(403);
  await open.close();
});
