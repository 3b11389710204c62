import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, openSite, page, type TestSite } from './site.ts';

const CELL = {
  cell_type: 'code',
  id: 'b',
  metadata: { tags: ['parameters'] },
  source: 'region: str = "EU"\nrows: int = 50\nkey: str = ""\ndata: str = ""',
  outputs: [],
  execution_count: null,
};
const PARAMETERS = { key: { format: 'password' }, data: { format: 'file' } };

let site: TestSite;
beforeAll(async () => {
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: 'python' } }, cells: [CELL] };
  site = await openSite({}, { 'load.ipynb': JSON.stringify(notebook), 'load.params.json': JSON.stringify(PARAMETERS) });
});
afterAll(() => site.close());

/** A browser: it keeps its cookies. */
function browser() {
  const cookies = new Map<string, string>();
  const keep = (answer: LightMyRequestResponse) => {
    for (const { name, value } of answer.cookies) cookies.set(name, value);
    return answer;
  };
  const headers = () => ({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') });
  const get = async (url: string) => keep(await site.app.inject(page(url, headers())));
  const post = async (fields: Record<string, string>) => {
    const request = form('/s/load', fields);
    return keep(await site.app.inject({ ...request, headers: { ...request.headers, ...headers() } }));
  };
  return { get, post, cookies };
}

const noteOf = ({ body }: LightMyRequestResponse) =>
  (/<div class="presets-note.*?<\/div>/s.exec(body)?.[0] ?? '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const valueOf = ({ body }: LightMyRequestResponse, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1];

test('saves what the form shows, without passwords and files, and shows it again', async () => {
  const me = browser();
  const { statusCode, headers } = await me.post({
    region: 'US',
    rows: '7',
    key: 'hush',
    _name: ' Month  end ',
    _do: 'save',
  });
  expect([statusCode, headers.location]).toEqual([303, '/s/load?_preset=mine%2FMonth+end&_done=created']);
  const answer = await me.get(String(headers.location));
  expect([noteOf(answer), valueOf(answer, 'region'), valueOf(answer, 'rows')]).toEqual([
    'Saved as “Month end”.',
    'US',
    '7',
  ]);
  expect(answer.body).not.toContain('hush');
  const [[name, value] = ['', '']] = [...me.cookies];
  expect([name, value.length > 40]).toEqual([expect.stringMatching(/^script_runner_visitor_/), true]);
  // another browser has none, and a cookie that somebody made is none
  for (const cookie of [`${name}=1.${'a'.repeat(22)}`, '']) {
    const other = await site.app.inject(page('/s/load?_preset=mine/Month%20end', { cookie }));
    expect([noteOf(other), valueOf(other, 'rows')]).toEqual(['There is no preset “Month end”.', '50']);
  }
});

test('asks before it replaces, keeps what was typed, and takes the values of the address first', async () => {
  const me = browser();
  await me.post({ rows: '7', _name: 'A', _do: 'save' });
  const asked = await me.post({ rows: '8', _name: 'A', _do: 'save' });
  expect([asked.statusCode, noteOf(asked), valueOf(asked, '_name'), valueOf(asked, 'rows')]).toEqual([
    409,
    'There is already a preset “A”. Replace it',
    'A',
    '8',
  ]);
  expect(
    noteOf(await me.get(String((await me.post({ rows: '8', _name: 'A', _do: 'replace' })).headers.location))),
  ).toBe('Replaced “A”.');
  expect(valueOf(await me.get('/s/load?_preset=mine/A'), 'rows')).toBe('8');
  expect(valueOf(await me.get('/s/load?_preset=mine/A&rows=9'), 'rows')).toBe('9');
});

test('renames, deletes and restores a preset', async () => {
  const me = browser();
  await me.post({ rows: '7', _name: 'A', _do: 'save' });
  const current = { _current: 'mine/A' };
  expect((await me.post({ ...current, _to: 'B', _do: 'rename' })).headers.location).toContain('mine%2FB&_done=renamed');
  const { headers } = await me.post({ _current: 'mine/B', _do: 'delete' });
  expect(noteOf(await me.get(String(headers.location)))).toBe('Deleted “B”. Undo');
  expect(noteOf(await me.get('/s/load?_preset=mine/B'))).toBe('There is no preset “B”.');
  await me.post({ _gone: 'mine/B', _do: 'restore' });
  expect(valueOf(await me.get('/s/load?_preset=mine/B'), 'rows')).toBe('7');
});

test('shares a preset with everybody, of whom only its maker may change it', async () => {
  const [me, other] = [browser(), browser()];
  await me.post({ rows: '7', _name: '<b>Team</b>', _shared: 'true', _do: 'save' });
  const shown = await other.get('/s/load?_preset=shared/%3Cb%3ETeam%3C/b%3E');
  expect(valueOf(shown, 'rows')).toBe('7');
  expect(shown.body).not.toMatch(/<b>Team|value="delete"/);
  const refused = await other.post({ _current: 'shared/<b>Team</b>', _do: 'delete' });
  expect([refused.statusCode, noteOf(refused)]).toEqual([
    403,
    expect.stringContaining('Only the person who made this'),
  ]);
  expect((await me.post({ _current: 'shared/<b>Team</b>', _do: 'delete' })).statusCode).toBe(303);
});

test('names wrong values and saves nothing', async () => {
  const me = browser();
  const answer = await me.post({ rows: 'many', _name: 'Wrong', _do: 'save' });
  expect([answer.statusCode, noteOf(answer)]).toEqual([422, expect.stringContaining('Rows : Enter a whole number')]);
  expect((await me.get('/s/load')).body).not.toContain('mine%2FWrong');
});

test('names the values of a preset that no longer fit', async () => {
  const me = browser();
  await me.post({ rows: '7', _name: 'Old', _do: 'save' });
  const [[, cookie = ''] = []] = [...me.cookies];
  const id = /\.([\w-]{22})\./.exec(decodeURIComponent(cookie))?.[1] ?? '';
  const key = { script: 'load', owner: `visitor:${id}`, name: 'Old' };
  await site.ctx.presets?.put(
    { ...key, maker: key.owner, values: { rows: 'many', gone: 1, region: 'US' } },
    { replace: true, nowMs: 1 },
  );
  const answer = await me.get('/s/load?_preset=mine/Old');
  expect(noteOf(answer)).toMatch(/values of “Old”. Left out.* gone : There is no input .* Rows : Enter a whole number/);
  expect([valueOf(answer, 'rows'), valueOf(answer, 'region')]).toEqual(['50', 'US']);
});

test('offers the values of the last run of this browser, without passwords and files', async () => {
  const [me, other] = [browser(), browser()];
  expect((await me.post({ region: 'US', rows: '7', key: 'hush' })).headers.location).toMatch(/^\/runs\//);
  await site.clear();
  expect((await me.get('/s/load')).body).toContain('_preset=last');
  const answer = await me.get('/s/load?_preset=last');
  expect([valueOf(answer, 'rows'), noteOf(answer)]).toEqual(['7', expect.stringContaining('not kept')]);
  expect((await other.get('/s/load')).body).not.toContain('_preset=last');
});

test('saves on the key Enter only if a name was typed', async () => {
  const me = browser();
  expect((await me.post({ rows: '7', _name: 'A', _do: 'enter' })).headers.location).toContain('created');
  expect((await me.post({ rows: '7', _name: '', _do: 'enter' })).headers.location).toMatch(/^\/runs\//);
  await site.clear();
});

const MANY_NAMES = Array.from({ length: 1000 }, (_, at) => `a${at}: 1`).join('\n');

test.each([
  ['v.csv', 'Region,rows,other\nUS,7,1\nUK,many,', '1', 'Filled from row 1 of 2 of v.csv.', ['US', '7'], 'other'],
  ['v.csv', 'Region,rows,other\nUS,7,1\nUK,many,', '2', 'Filled from row 2 of 2 of v.csv.', ['UK', '50'], 'Rows'],
  ['v.yaml', 'region: US\nkey: hush', '1', 'Filled from v.yaml.', ['US', '50'], 'Passwords are not kept'],
  ['v.json', '{"region": ', '1', 'v.json, line 1', ['EU', '50'], ''],
  ['v.csv', `rows\n${'1'.repeat(1_000_001)}`, '1', 'too large: at most 1 MB', ['EU', '50'], ''],
  [
    'v.yaml',
    MANY_NAMES,
    '1',
    'Filled from v.yaml.',
    ['EU', '50'],
    'a19 : There is no input with this name. and 980 more',
  ],
  ['', '', '1', 'Choose a file first.', ['EU', '50'], ''],
])('fills the form from %s %#', async (...[file, text, row, note, values, left]) => {
  const part = (name: string, content: string, more = '') =>
    `--edge\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`;
  const request = form('/s/load', {});
  const answer = await site.app.inject({
    ...request,
    payload: `${part('_file', text, `; filename="${file}"`)}${part('_row', row)}${part('_do', 'fill')}--edge--\r\n`,
    headers: { ...request.headers, 'content-type': 'multipart/form-data; boundary=edge' },
  });
  expect(noteOf(answer)).toContain(note);
  expect(noteOf(answer)).toContain(left);
  expect([valueOf(answer, 'region'), valueOf(answer, 'rows')]).toEqual(values);
  expect(answer.body).not.toContain('hush');
});

test('names the values of a run on its page, once it has ended', async () => {
  const me = browser();
  const { headers } = await me.post({ region: 'UK', rows: '3', key: 'hush' });
  const url = String(headers.location);
  expect((await me.get(url)).body).not.toContain('id="presets"');
  await site.finish();
  const { body } = await me.get(url);
  expect(body).toContain('Save these values');
  expect(body).toContain('href="/s/load?region=UK&amp;rows=3"');
  expect(body).not.toContain('hush');
  await me.post({ region: 'UK', rows: '3', _parent: url.replace('/runs/', ''), _name: 'Of a run', _do: 'save' });
  const saved = await me.get('/s/load?_preset=mine/Of%20a%20run');
  expect([valueOf(saved, 'region'), valueOf(saved, 'rows')]).toEqual(['UK', '3']);
});
