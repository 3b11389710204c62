/** Forms whose inputs depend on others, as a browser without JavaScript uses them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCsvChoices } from '../../src/files/choice-csv.ts';
import { form, openSite, page, type TestSite } from './site.ts';

const notebookOf = (source: string) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
    cells: [
      {
        cell_type: 'code',
        id: 'a',
        metadata: { tags: ['parameters'] },
        source,
        outputs: [],
        execution_count: null,
      },
    ],
  });
const NOTEBOOK = notebookOf('period: str = "month"\nstart: str = "2026-01-01"\n');
const SCHEMA = { period: { enum: ['month', 'custom'] }, start: { 'x-visible-when': { period: 'custom' } } };

describe('a form with an input that is shown for some values', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await openSite({}, { 'span.ipynb': NOTEBOOK, 'span.params.json': JSON.stringify(SCHEMA) });
  });
  afterAll(() => site.close());

  const wrapper = (html: string) => /<div class="field[^>]*data-field="start"[^>]*>/.exec(html)?.[0] ?? '';

  it('hides it, and shows it when the button is pressed that updates the form', async () => {
    const first = await site.app.inject(page('/s/span'));
    expect(wrapper(first.body)).toContain(' hidden');
    expect(first.body).toContain('name="_update"');
    const second = await site.app.inject(form('/s/span', { period: 'custom', start: '2026-02-02', _update: '1' }));
    expect(second.statusCode).toBe(200);
    expect(wrapper(second.body)).not.toContain(' hidden');
    expect(second.body).toContain('value="2026-02-02"');
    expect((await site.ctx.runs.list({ limit: 5 })).items).toEqual([]);
  });

  it('runs with its default while it is hidden, and with its value while it is shown', async () => {
    const runWith = async (period: string) => {
      await site.app.inject(form('/s/span', { period, start: '2026-02-02' }));
      return (await site.finish()).parameters;
    };
    expect(await runWith('month')).toEqual({ period: 'month', start: '2026-01-01' });
    expect(await runWith('custom')).toEqual({ period: 'custom', start: '2026-02-02' });
  });

  it('says beside the field which value of a link does not fit, and shows the default', async () => {
    const { body } = await site.app.inject(page('/s/span?period=xx&start=2026-03-03'));
    expect(body).toContain('The “xx” of the link is left out. Enter one of: month, custom.');
    expect(body).toContain('<option value="month" selected>');
    expect(body).toContain('value="2026-03-03"');
    expect((await site.app.inject(page('/s/span?period=custom'))).body).not.toContain('of the link');
  });

  it('is not there for a script whose inputs do not depend on others', async () => {
    expect((await site.app.inject(page('/s/sales/weekly'))).body).not.toContain('_update');
  });
});

describe('a form with choices from a CSV file', () => {
  let site: TestSite;
  beforeAll(async () => {
    const stores = [0, 1, 2, 3].map((at) => `S${at},Store <${at}>,${at % 2 === 0 ? 'north' : 'south'}\n`).join('');
    const items = Array.from({ length: 300 }, (_, at) => `I${at},Item ${at}\n`).join('');
    site = await openSite(
      {},
      {
        'shop.ipynb': notebookOf(
          'region: str = "north"\nstore: str\nitems: list[str] = []\nshelf: int | None = None\n',
        ),
        'shop.params.json': JSON.stringify({
          region: { 'x-choices': { csv: 'stores.csv', value: 'region' } },
          store: { 'x-choices': { csv: 'stores.csv', label: 'name', where: { region: 'region' } } },
          items: { 'x-choices': { csv: 'items.csv', label: 'name' } },
          shelf: { 'x-choices': { csv: 'shelves.csv', where: { store: 'store' } } },
        }),
        'gone.ipynb': notebookOf('region: str = "north"\nstore: str = "S9"\nitems: list[str] = ["I1", "I999"]\n'),
        'gone.params.json': JSON.stringify({
          store: { 'x-choices': { csv: 'stores.csv', label: 'name', where: { region: 'region' } } },
          items: { 'x-choices': { csv: 'items.csv', label: 'name' } },
        }),
        'stores.csv': `id,name,region\n${stores}`,
        'items.csv': `id,name\n${items}`,
        'shelves.csv': 'id,store\n007,S1\n8,S1\n9,S0\n',
      },
    );
    Object.assign(site.ctx, { choices: createCsvChoices() });
  });
  afterAll(() => site.close());

  type Fields = Record<
    string,
    {
      choices: { value: string }[];
      chosen: { value: string }[];
      total: number;
      notice?: string;
      problem?: string;
    }
  >;
  const ask = async (payload: object) =>
    site.app.inject({ method: 'POST', url: '/api/v1/scripts/shop/choices', payload, headers: { host: 'localhost' } });
  const fields = async (payload: object) => (await ask(payload)).json<{ fields: Fields }>().fields;
  const optionsOf = (html: string, name: string) =>
    [
      ...(new RegExp(`<select id="field-${name}".*?</select>`, 's').exec(html)?.[0] ?? '').matchAll(/value="(.*?)"/g),
    ].map(([, value]) => value);

  it('shows those that hold for the other values, and follows when the form is updated', async () => {
    const first = await site.app.inject(page('/s/shop'));
    expect(optionsOf(first.body, 'store')).toEqual(['', 'S0', 'S2']);
    expect(first.body).toContain('Store &lt;0&gt;');
    expect(first.body).toContain('Fill in “Store” first.');
    const second = await site.app.inject(
      form('/s/shop', { region: 'south', store: 'S0', _search_items: 'item 29', _update: '1' }),
    );
    expect(optionsOf(second.body, 'store')).toEqual(['', 'S1', 'S3']);
    expect(second.body.match(/name="items" value="I/g)).toHaveLength(13);
  });

  it('refuses a value that is no choice for the others, and takes one that is', async () => {
    const wrong = await site.app.inject(form('/s/shop', { region: 'south', store: 'S0' }));
    expect(wrong.statusCode).toBe(422);
    expect(wrong.body).toContain('“S0” is not one of the choices for the other values: S1, S3.');
    await site.app.inject(form('/s/shop', { region: 'south', store: 'S1', shelf: '7', items: 'I299' }));
    expect((await site.finish()).parameters).toEqual({ region: 'south', store: 'S1', shelf: 7, items: ['I299'] });
  });

  it('show no choice where the default is none, and ask for one', async () => {
    const { body } = await site.app.inject(page('/s/gone'));
    expect(optionsOf(body, 'store')).toEqual(['', 'S0', 'S2']);
    expect(body).toContain('<option value="" selected>–</option>');
    expect(body).toMatch(/<select id="field-store"[^>]* required>/);
    expect(body).toContain('The default “S9” is not one of the choices for the other values. Choose one.');
    expect(body).toContain('The default “I999” is not one of the choices.');
    const refused = await site.app.inject(form('/s/gone', { region: 'north', store: '', items: 'I1' }));
    expect(refused.statusCode).toBe(422);
    const why = 'The default “S9” is not one of the choices for the other values: S0, S2. Choose one.';
    expect(refused.body.split(why)).toHaveLength(2);
    expect(refused.body).not.toContain('other values. Choose one.');
    const url = '/api/v1/runs';
    const payload = { script: 'gone', parameters: { region: 'south', items: [] } };
    const reply = await site.app.inject({ method: 'POST', url, payload, headers: { host: 'localhost' } });
    expect(reply.json()).toMatchObject({
      detail: 'Choose a value: Store.',
      fields: [{ field: 'store', message: why.replace('S0, S2', 'S1, S3') }],
    });
  });

  it('say which value of a link is none', async () => {
    const { body } = await site.app.inject(page('/s/shop?region=east&store=S1&shelf=abc'));
    expect(body).toContain('“east” is not one of the choices. The default is chosen instead.');
    expect(body).toContain('“S1” is not one of the choices for the other values. Choose one.');
    expect(body).toContain('The “abc” of the link is left out. Enter a whole number, or leave it empty.');
  });

  it('are listed by the API, in the order in which they depend on each other', async () => {
    const found = await fields({ parameters: { region: 'south', store: 'S1' } });
    expect(Object.keys(found)).toEqual(['region', 'store', 'items', 'shelf']);
    expect(found['shelf']?.choices.map(({ value }) => value)).toEqual(['007', '8']);
    const moved = await fields({ parameters: { region: 'north', store: 'S1', shelf: '7' } });
    expect(moved['store']).toMatchObject({ chosen: [], total: 2, notice: expect.stringContaining('“S1” is not one') });
    expect(moved['shelf']?.problem).toBe('Fill in “Store” first.');
    expect(Object.keys(await fields({ fields: ['shelf', 'store'] }))).toEqual(['store', 'shelf']);
    expect(await fields({ field: 'items', search: 'ITEM 2', limit: 3 })).toMatchObject({
      items: { total: 138, next: 3, choices: [{ value: 'I2' }, { value: 'I12' }, { value: 'I20' }] },
    });
  });

  it.each<[object, number, string]>([
    [{ search: 'x' }, 422, 'Say which parameter to search.'],
    [{ field: 'nothing' }, 422, 'There are no choices from elsewhere for “nothing”.'],
    [{ field: 'items', fields: ['store'] }, 422, 'Give either field or fields.'],
    [{ limit: 5000 }, 400, 'limit'],
    [{ timezone: 'Mars' }, 422, 'IANA'],
    [{ parameters: 5 }, 400, 'parameters'],
  ])('the API refuses %j', async (payload, status, text) => {
    const reply = await ask(payload);
    expect([reply.statusCode, reply.body]).toEqual([status, expect.stringContaining(text)]);
  });

  it('are asked for by no other site, and exist for scripts only', async () => {
    const url = '/api/v1/scripts/shop/choices';
    const headers = { host: 'localhost', origin: 'http://evil.example' };
    expect((await site.app.inject({ method: 'POST', url, payload: {}, headers })).statusCode).toBe(403);
    const others = ['/api/v1/scripts/none/choices', '/api/v1/scripts/shop'];
    for (const other of others)
      expect(
        (await site.app.inject({ method: 'POST', url: other, payload: {}, headers: { host: 'localhost' } })).statusCode,
      ).toBe(404);
  });

  it('that cannot be read are refused in a sentence', async () => {
    Object.assign(site.ctx, { choices: undefined });
    const reply = await site.app.inject(form('/s/shop', { region: 'south', store: 'S1' }));
    Object.assign(site.ctx, { choices: createCsvChoices() });
    expect(reply.statusCode).toBe(422);
    expect(reply.body).toContain('The value cannot be checked now. This server lists no choices.');
  });
});
