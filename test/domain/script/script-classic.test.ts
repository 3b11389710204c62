import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/domain/notebook/notebook.ts';
import { readClassicRows } from '../../../src/domain/script/script-classic.ts';

const cell = (source: string, type: Cell['type'] = 'markdown'): Cell => ({
  id: 'a',
  type,
  source,
  tags: [],
  metadata: {},
  attachments: {},
  outputs: [],
  executionCount: null,
});

describe('classic rows', () => {
  it('tell about the script, its parameters and its downloads', () => {
    const source =
      'title|Orders | late\ndescription|Who waits\nwiki|https://wiki/x\nteam|Ops\ncategory|Daily\n\nlimit|number|How many|1,5\nregion|string|Region|EU|x\nname|text|Name\nsince | date | Since | 2024-01-01\ndownload|late\ndownload|all\n';
    expect(readClassicRows(cell(source))).toEqual({
      title: 'Orders | late',
      description: 'Who waits',
      wiki: 'https://wiki/x',
      team: 'Ops',
      category: 'Daily',
      downloads: ['late', 'all'],
      required: [],
      properties: {
        limit: { type: ['integer', 'number'], title: 'How many', default: 1.5 },
        region: { type: 'string', title: 'Region', default: 'EU|x' },
        name: { type: 'string', title: 'Name' },
        since: { type: 'string', format: 'date', title: 'Since', default: '2024-01-01' },
      },
    });
  });

  it.each([
    '# A heading',
    'title|A\nand prose',
    '| a | b |\n|---|---|',
    '',
    'a|',
    'print("a|b|c")',
    'a sentence | with a bar',
  ])('are not seen in %j', (source) => {
    expect(readClassicRows(cell(source))).toBeUndefined();
  });

  it('are not seen in code', () => {
    expect(readClassicRows(cell('a|number|b', 'code'))).toBeUndefined();
    expect(readClassicRows(undefined)).toBeUndefined();
  });
});
