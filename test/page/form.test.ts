import { describe, expect, test } from 'vitest';
import { formValues, prefillValues } from '../../src/page/form-values.ts';
import { formView } from '../../src/page/form.ts';
import { script, viewer } from './sample.ts';

const { schema } = script();

describe('the form', () => {
  test("shows given values, and the author's defaults for the rest", () => {
    const { fields } = formView(schema, { region: 'US' }, viewer);
    expect(fields.find(({ name }) => name === 'region')?.options?.find(({ selected }) => selected)?.label).toBe(
      'America',
    );
    expect(fields.find(({ name }) => name === 'since')?.value).toBe('-28d');
  });

  test("says which day a relative date means now, in the viewer's zone and way", () => {
    const since = (value: string, timezone = 'Europe/Berlin') =>
      formView(schema, { since: value }, { ...viewer, timezone }).fields.find(({ name }) => name === 'since')?.preview;
    expect(since('month-start-1m')).toBe('First day of last month: 1 December 2025');
    expect(since('today', 'Pacific/Auckland')).toBe('Today: 1 February 2026');
    expect(since('2026-01-31')).toBe('');
    expect(formView(schema, {}, viewer).fields.find(({ name }) => name === 'rows')?.preview).toBeUndefined();
  });

  test('puts each problem beside its field, and the focus on the first', () => {
    const view = formView(schema, {}, viewer, {
      problems: [
        { field: 'rows', message: 'Enter a whole number.' },
        { field: 'since', message: 'Enter a date.' },
      ],
    });
    const rows = view.fields.find(({ name }) => name === 'rows');
    expect(rows).toMatchObject({ error: 'Enter a whole number.', autofocus: true, describedBy: 'field-rows-error' });
    expect(view.fields.find(({ name }) => name === 'since')).toMatchObject({
      autofocus: false,
      describedBy: 'field-since-preview field-since-help field-since-error',
    });
    expect(view.errors).toBe(2);
  });

  test('groups fields, folded where the author says so, and opens the one with a problem', () => {
    const grouped = {
      ...schema,
      properties: {
        ...schema.properties,
        limit: { type: 'integer', 'x-group': 'More', 'x-group-folded': true },
        name: { type: 'string', 'x-group': 'Other' },
      },
    } as const;
    const view = formView(grouped, {}, viewer, { problems: [{ field: 'limit', message: 'Enter a whole number.' }] });
    expect(view.groups.map(({ label, isFolded, open }) => [label, isFolded, open])).toEqual([
      ['More', true, true],
      ['Other', false, false],
    ]);
    expect(view.fields.map(({ name }) => name)).not.toContain('limit');
  });

  test('says which expression holds while a computed field is empty', () => {
    const computed = {
      ...schema,
      properties: { day: { type: 'string', format: 'date', 'x-source': 'date.today()' } },
    } as const;
    expect(formView(computed, {}, viewer).fields[0]).toMatchObject({
      source: 'date.today()',
      describedBy: 'field-day-preview field-day-hint',
    });
  });
});

test('the line with a mistake in JSON is shown, cut around it', () => {
  const properties = { options: { type: 'object' } } as const;
  const problem = { field: 'options', message: 'Enter valid JSON.', line: 2, column: 41 };
  const given = { options: `{\n${' '.repeat(35)}"a": ,${'x'.repeat(80)}` };
  const [view] = formView({ ...schema, properties }, given, viewer, { problems: [problem] }).fields;
  expect(view?.mark).toEqual({
    line: 2,
    column: 41,
    before: `…${' '.repeat(25)}"a": `,
    at: ',',
    after: `${'x'.repeat(30)}…`,
  });
});

test('a zone begins as that of the viewer, unless the moment has an offset', () => {
  const zoneOf = (at: string) =>
    formView(
      { ...schema, properties: { at: { type: 'string', format: 'date-time', 'x-zone': true } } },
      { at },
      { ...viewer, timezone: 'Asia/Tokyo' },
    ).fields[0]?.zone;
  expect([zoneOf('now'), zoneOf('2026-01-31 09:30 UTC'), zoneOf('2026-01-31T09:30Z')]).toEqual([
    'Asia/Tokyo',
    'UTC',
    '',
  ]);
});

test('a file is uploaded, or is there already', () => {
  const fields = (more: object, given = {}) =>
    formView({ ...schema, properties: { data: { type: 'string', format: 'file', ...more } } }, given, viewer);
  const rules = { 'x-accept': ['.csv', 'image/*'], 'x-max-bytes': 5_000_000, default: 'orders.csv' };
  expect(fields(rules)).toMatchObject({
    hasFiles: true,
    fields: [
      {
        control: 'file',
        accept: '.csv,image/*',
        describedBy: 'field-data-hint',
        hint: 'Accepted: .csv, image/*. At most 5 MB. If none is chosen, the notebook uses orders.csv.',
        files: [],
      },
    ],
  });
  const file = { value: 'run/a/b', name: 'a.csv', sizeBytes: 1_000 };
  expect(fields({}, { data: [file] }).fields).toMatchObject([{ files: [{ ...file, size: '1 kB' }], value: '' }]);
  expect(fields({ 'x-source': 'newest()' }).fields).toMatchObject([{ hint: expect.stringContaining('computes it') }]);
  expect(fields({ enum: ['a.csv'] })).toMatchObject({ hasFiles: false, fields: [{ control: 'select', hint: '' }] });
});

test('a list of texts is filled in line by line', () => {
  const view = formView(
    { ...schema, properties: { names: { type: 'array', items: { type: 'string' }, default: ['a', 'b'] } } },
    {},
    viewer,
  );
  expect(view.fields[0]).toMatchObject({ control: 'list', value: 'a\nb', placeholder: 'One per line.' });
});

test("the notebook's own password is not shown, only that there is one", () => {
  const view = formView(
    { ...schema, properties: { token: { type: 'string', format: 'password', 'x-source': '••••••' } } },
    {},
    viewer,
  );
  expect(view.fields[0]?.hint).toBe('If empty, the notebook’s own value is used.');
});

test('our own fields are no values', () => {
  expect(formValues({ region: 'EU', _timezone: 'UTC', nonsense: 'x' })).toEqual({ region: 'EU', nonsense: 'x' });
});

test('a link pre-fills parameters only, and never a password', () => {
  expect(prefillValues(schema, { region: 'EU', token: 'secret', utm: 'x', _parent: 'y', toString: 'z' })).toEqual({
    region: 'EU',
  });
});
