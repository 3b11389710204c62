import { expect, test } from 'vitest';
import { measureOutputs } from '../../../src/domain/notebook/output-measure.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const code = (...outputs: object[]) => ({ cell_type: 'code', source: 'x', outputs });
const printed = (text: string) => ({ output_type: 'stream', name: 'stdout', text });
const shown = (data: object) => ({ output_type: 'execute_result', data });

test('measures what is saved, and says which step has most of it', () => {
  const large = printed('y'.repeat(1000));
  const text = shown({ 'text/plain': '[5000 rows x 3 columns]', 'text/html': '<p>5000 rows × 3 columns</p>' });
  const measured = measureOutputs(
    bytes({ cells: [{ cell_type: 'markdown', source: '' }, code(printed('a')), code(large), code(text)], nbformat: 4 }),
  );
  expect(measured).toMatchObject({ displays: 1, largest: { step: 2 }, table: { step: 3, rows: 5000 } });
  expect(measured?.largest.sizeBytes).toBe(JSON.stringify(large).length);
  expect(measured?.sizeBytes).toBeGreaterThan(1000);
});

test('says nothing of a notebook without saved outputs, and of what is no notebook', () => {
  for (const value of [{ cells: [code()] }, { cells: 3 }, [], {}]) expect(measureOutputs(bytes(value))).toBeUndefined();
  expect(measureOutputs(new TextEncoder().encode('{"cells": [{"outputs": ["'))).toBeUndefined();
});
