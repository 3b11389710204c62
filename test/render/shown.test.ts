import { describe, expect, it } from 'vitest';
import type { ReportOutput } from '../../src/domain/report/report.ts';
import { shownItems } from '../../src/render/shown.ts';

function display(at: number): ReportOutput {
  return { type: 'display', id: `c2-o${String(at)}`, data: { 'text/plain': 'x' }, metadata: {} };
}

function many(count: number): ReportOutput[] {
  return Array.from({ length: count }, (_, at) => display(at));
}

function shown(outputs: ReportOutput[], tags: readonly string[] = []) {
  return shownItems({ index: 2, outputs, tags, metadata: {} });
}

describe('shownItems', () => {
  it('folds the outputs after the first ones where a step has many', () => {
    expect(shown(many(30))).toHaveLength(30);
    const items = shown(many(60));
    expect(items).toHaveLength(21);
    expect(items.at(-1)).toMatchObject({ type: 'rest', id: 'c2-o20-rest', first: 20, all: 60 });
    expect(items.at(-1)).toHaveProperty('items.length', 40);
  });

  it('keeps errors and notices in view', () => {
    const notice: ReportOutput = { type: 'notice', id: 'c2-o99', text: 'The limit is reached.' };
    const error: ReportOutput = { type: 'error', id: 'c2-o100', name: 'E', value: 'v', traceback: [] };
    const items = shown([...many(40), notice, display(50), error]);
    expect(items.slice(20).map(({ type }) => type)).toEqual(['rest', 'notice', 'error']);
    expect(items[20]).toHaveProperty('all', 41);
  });

  it('leaves outputs as their author wants them: in an area that scrolls, or whole', () => {
    for (const tag of ['scroll-output', 'whole-output']) expect(shown(many(60), [tag])).toHaveLength(60);
  });
});
