import { expect, test } from 'vitest';
import { reviewOutputs } from '../../src/app/output-review.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';

const outputs = [1, 2, 3].map(() => ({
  output_type: 'display_data',
  metadata: {},
  data: { 'text/html': '2000 rows × 3 columns' },
}));

function review(limits: { outputBytes?: number; outputCount?: number; rows?: number; isOn?: boolean }, metadata = {}) {
  const cells = [{ cell_type: 'code', id: 'a', metadata: {}, source: '1', outputs, execution_count: 1 }];
  const text = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { script_runner: metadata }, cells });
  const source = { file: 'a.ipynb', bytes: new TextEncoder().encode(text), modifiedAtMs: 0 };
  const { script } = parseScript('a', source, undefined, languages());
  const { outputBytes = 1e6, outputCount = 100, rows = 1e6, isOn = true } = limits;
  const tables = { isOn, rows, bytes: 1e6, ms: 1 };
  return reviewOutputs({ script, bytes: source.bytes }, { outputBytes, outputCount, tables });
}

test('names each limit of a run that saved outputs exceed, with both sizes', () => {
  expect(review({})).toEqual([]);
  const [bytes] = review({ outputBytes: 100 });
  expect(bytes).toMatchObject({ code: 'large-outputs', severity: 'warning', step: 1 });
  expect(bytes?.what).toMatch(/^The saved outputs take \d+ B, .*; a run may have 100 B, and the rest is cut off\.$/);
  expect(bytes?.remedy).toContain('output_limit');
  expect(review({ outputCount: 2 })[0]?.what).toMatch(/^3 tables, pictures .*; a run may have 2,/);
  expect(review({ rows: 1000 })[0]).toMatchObject({
    what: 'The saved table has 2000 rows; of a table, a run keeps 1000 for download.',
    step: 1,
  });
});

test('says nothing of tables that are not kept, and where the author does not want to hear it', () => {
  expect(review({ rows: 1000, isOn: false })).toEqual([]);
  expect(review({ rows: 1000 }, { tables: false })).toEqual([]);
  expect(review({ outputBytes: 1 }, { ignore: ['large-outputs'] })).toEqual([]);
});
