import { describe, expect, it } from 'vitest';
import type { ReportDisplay } from '../../src/domain/report/report.ts';
import { renderTableTools } from '../../src/render/table-tools.ts';
import { OPTIONS } from './options.ts';

const output = (rows: number) =>
  ({
    type: 'display',
    id: 'o1',
    data: { 'text/html': '<table><tr><th>a</th></tr><tr><td>1</td></tr></table>' },
    metadata: {},
    tableKey: 't1',
    kept: { name: 'a & b', rows, total: { rows, columns: 1 }, columns: [], index: 0, cut: [] },
  }) as unknown as ReportDisplay;

const { table, ...FILE } = OPTIONS;

describe('what stands at a kept table', () => {
  it('names the table, so that the page can read its rows', () => {
    expect(renderTableTools(output(2000), { ...FILE, table: table! })).toMatch(
      /data-table="a &amp; b" data-rows="2000"/,
    );
  });

  it('says in a file that there are more rows, if there are', () => {
    expect(renderTableTools(output(2000), FILE)).toBe(
      '<p class="note table-rest">The report on its server has all 2,000 rows of this table.</p>',
    );
    expect(renderTableTools(output(2), FILE)).toBe('');
  });
});
