/** Forms whose inputs depend on others, as a browser without JavaScript uses them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, openSite, page, type TestSite } from './site.ts';

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
  cells: [
    {
      cell_type: 'code',
      id: 'a',
      metadata: { tags: ['parameters'] },
      source: 'period: str = "month"\nstart: str = "2026-01-01"\n',
      outputs: [],
      execution_count: null,
    },
  ],
});
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

  it('is not there for a script whose inputs do not depend on others', async () => {
    expect((await site.app.inject(page('/s/sales/weekly'))).body).not.toContain('_update');
  });
});
