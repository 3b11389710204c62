/** Inputs in the code of notebooks for Mercury and Voilà, as their own documentation writes them. */
import { expect, it } from 'vitest';
import { python } from '../../../src/language/python/python.ts';

const schemas = (...cells: string[]) =>
  Object.fromEntries((python.readCalls?.(cells) ?? []).map(({ name, schema }) => [name, schema]));

it('widgets of Mercury are inputs, named after their variables', () => {
  const found = schemas(
    'import mercury as mr\napp = mr.App(title="x")',
    'name = mr.Text(value="Piotr", label="Your name")\nnote = mr.Text(label="Note", rows=5)',
    'n = mr.Slider(label="Points", value=50, min=10, max=100, step=5)\nx = mr.Numeric(value=0.5, label="X")',
    'r = mr.Range(value=[1, 5], min=0, max=10, label="R")\nok = mr.CheckBox(label="Ok", value=True)',
    's = mr.Select(label="S", choices=["a", "b"], value="b")\nm = mr.MultiSelect(value=[1], choices=[1, 2])',
    'region = mr.Select(label="Region", choices=list(df["region"].unique()))',
    'f = mr.UploadFile("Orders", max_file_size="500 kb", accept=[".csv", ".tsv"])\nfs = mr.UploadFile(multiple=True)',
    'other.Text(value="x")\nt = other.Text(value="x")\nmr.Text(label="lost")',
  );
  expect(found).toEqual({
    name: { type: 'string', title: 'Your name', default: 'Piotr' },
    note: { type: 'string', format: 'textarea', title: 'Note', default: '' },
    n: { type: 'integer', minimum: 10, maximum: 100, title: 'Points', default: 50 },
    x: { type: 'number', title: 'X', default: 0.5 },
    r: {
      type: 'array',
      items: { type: 'integer', minimum: 0, maximum: 10 },
      minItems: 2,
      maxItems: 2,
      'x-widget': 'range',
      title: 'R',
      default: [1, 5],
    },
    ok: { type: 'boolean', title: 'Ok', default: true },
    s: { enum: ['a', 'b'], title: 'S', default: 'b' },
    m: { type: 'array', items: { enum: [1, 2] }, uniqueItems: true, default: [1] },
    region: { type: 'string', title: 'Region', 'x-source': 'list(df["region"].unique())' },
    f: {
      type: ['string', 'null'],
      format: 'file',
      'x-accept': ['.csv', '.tsv'],
      'x-max-bytes': 500_000,
      title: 'Orders',
      default: null,
    },
    fs: { type: 'array', items: { type: 'string', format: 'file', 'x-max-bytes': 100_000_000 }, default: [] },
  });
});

it('arguments of interact are inputs, with the bounds and choices of its widgets', () => {
  const found = schemas(
    'import ipywidgets as widgets\nfrom ipywidgets import interact, fixed',
    'def f(n, text="a", ok=True):\n    pass\n\ninteract(f, n=10, skipped=fixed(3), own=widgets.IntSlider())',
    '@interact(x=(0, 9), y=(0.0, 1.0, 0.25), z=-2)\ndef g(x, y, z, kind=["a", "b"]):\n    pass',
    'widgets.interactive(f, n=20, pick={"One": 1, "Two": 2}, place=[("North", "n"), ("South", "s")], odd=[[1]])',
  );
  expect(found).toEqual({
    n: { type: 'integer', minimum: -10, maximum: 30, default: 10 },
    text: { type: 'string', default: 'a' },
    ok: { type: 'boolean', default: true },
    x: { type: 'integer', minimum: 0, maximum: 9, default: 4 },
    y: { type: 'number', minimum: 0, maximum: 1, default: 0.5 },
    z: { type: 'integer', minimum: -6, maximum: 2, default: -2 },
    kind: { enum: ['a', 'b'], default: 'a' },
    pick: { enum: [1, 2], 'x-labels': ['One', 'Two'], default: 1 },
    place: { enum: ['n', 's'], 'x-labels': ['North', 'South'], default: 'n' },
  });
});

it('other packages with widgets of these names are left alone', () => {
  expect(schemas('import ipywidgets as w\nx = w.Text(value="a")')).toEqual({});
});

it('what a notebook for Voilà looks up in the query is an input', () => {
  const found = python.readCalls?.([
    'from voila.utils import get_query_string, wait_for_request\nfrom urllib.parse import parse_qs\nwait_for_request()',
    'parameters = parse_qs(get_query_string())\nuser = parameters.get("username", ["Alice"])[0]',
    'day = parameters["day"][0]\nother = {}["x"]',
  ]);
  expect(found?.map(({ name, required, schema }) => [name, required, schema.default])).toEqual([
    ['username', false, 'Alice'],
    ['day', true, undefined],
  ]);
});

it('code that is nested too deep declares nothing, is named, and nothing fails', () => {
  const heads = [
    'dbutils.widgets.text("a", "b")',
    'import mercury as mr\nx = mr.Text()',
    'q = parse_qs(get_query_string())',
  ];
  const deep = [
    `x = ${'['.repeat(5000)}`,
    `${'-'.repeat(5000)}1`,
    `x = 1${'.a'.repeat(5000)}`,
    'mr.Select('.repeat(1500),
  ];
  for (const source of heads.flatMap((head) => deep.map((tail) => `${head}\n${tail}`))) {
    expect(python.readCalls?.([source])).toEqual([]);
    expect(python.review?.([source])).toMatchObject([{ code: 'unread-code', cell: 0 }]);
    expect(python.readParameters(source)).toEqual([]);
  }
});

it('does not read calls in cells that are too long, whatever the others are', () => {
  const long = `dbutils.widgets.text("long", "x")\n${'#'.repeat(200_000)}`;
  expect(schemas('dbutils.widgets.text("short", "x")', long)).toMatchObject({ short: { default: 'x' } });
  expect(schemas('dbutils.widgets.text("short", "x")', long)).not.toHaveProperty('long');
  expect(schemas(long)).toEqual({});
});
