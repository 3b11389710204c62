import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChoiceRule } from '../../src/domain/parameter/choice-rule.ts';
import type { ScriptContent } from '../../src/domain/script/script.ts';
import type { Json } from '../../src/domain/text/json.ts';
import { createCsvChoices, CSV_LIMITS } from '../../src/files/choice-csv.ts';

describe('choices from a CSV file', () => {
  let folder: string;
  const source = createCsvChoices();
  const list = (rule: ChoiceRule, inputs: Record<string, Json> = {}) =>
    source.list({ content: { directory: join(folder, 'scripts') } as ScriptContent, rule, inputs });
  const problem = (rule: ChoiceRule) =>
    list(rule).then(
      () => 'none',
      ({ message }: Error) => message,
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'choice-'));
    await mkdir(join(folder, 'scripts/data'), { recursive: true });
    const files: Record<string, string | Uint8Array> = {
      'scripts/stores.csv':
        'id,name,region,size,open\n1,"One, the first",north,10,true\n2,<b>Two</b>,south,020,False\n2,again,south,20,true\n3,=1+1,south,5,true\n ,empty,south,5,true\n4,,north,5,true\n',
      'scripts/data/plain.csv': 'v\na\nb\n',
      'scripts/latin.csv': Buffer.from('v\né\n', 'latin1'),
      'scripts/quote.csv': 'v\n"a\nb\n',
      'scripts/empty.csv': '',
      'scripts/large.csv': `v\n${'x'.repeat(CSV_LIMITS.bytes)}`,
      'scripts/rows.csv': `v\n${Array.from({ length: CSV_LIMITS.rows + 1 }, (_, at) => at).join('\n')}`,
      'secret.csv': 'v\nsecret\n',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await symlink(join(folder, 'secret.csv'), join(folder, 'scripts/link.csv'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each<[ChoiceRule, Record<string, Json>, string[]]>([
    [{ csv: 'data/plain.csv' }, {}, ['a=a', 'b=b']],
    [{ csv: 'stores.csv', label: 'name' }, {}, ['1=One, the first', '2=<b>Two</b>', '3==1+1', '4=4']],
    [{ csv: 'stores.csv', value: 'region' }, {}, ['north=north', 'south=south']],
    [{ csv: 'stores.csv', where: { region: 'r' } }, { r: 'south' }, ['2=2', '3=3']],
    [{ csv: 'stores.csv', where: { region: 'r' } }, { r: ['north', 'west'] }, ['1=1', '4=4']],
    [{ csv: 'stores.csv', where: { region: 'r' } }, { r: null }, ['1=1', '2=2', '3=3', '4=4']],
    [{ csv: 'stores.csv', where: { region: 'r' } }, { r: 'south" or "1"="1' }, []],
    [{ csv: 'stores.csv', where: { size: 's', region: 'r' } }, { s: 20, r: 'south' }, ['2=2']],
    [{ csv: 'stores.csv', where: { open: 'o' } }, { o: false }, ['2=2']],
    [{ csv: 'empty.csv' }, {}, []],
  ])('%j with %j', async (rule, inputs, expected) => {
    expect((await list(rule, inputs)).map(({ value, label }) => `${value}=${label}`)).toEqual(expected);
  });

  it.each<[ChoiceRule, RegExp]>([
    [{ csv: 'missing.csv' }, /^The choices are in “missing\.csv”, which is no file in the script’s folder\.$/],
    [{ csv: '../secret.csv' }, /no file in the script’s folder/],
    [{ csv: 'link.csv' }, /no file in the script’s folder/],
    [{ csv: 'data' }, /no file in the script’s folder/],
    [{ csv: '/etc/passwd' }, /no file in the script’s folder/],
    [{ csv: 'stores.csv', value: 'ID' }, /has no column “ID”\. Its columns are: id, name, region, size, open\.$/],
    [{ csv: 'stores.csv', where: { Region: 'r' } }, /has no column “Region”/],
    [{ csv: 'latin.csv' }, /is not UTF-8/],
    [{ csv: 'quote.csv' }, /has a quote " that begins in line 2 and is not closed\.$/],
    [{ csv: 'large.csv' }, /has 11 MB; choices may have 10 MB\.$/],
    [{ csv: 'rows.csv' }, /has more than 200,000 rows\.$/],
  ])('%j is refused', async (rule, message) => {
    expect(await problem(rule)).toMatch(message);
  });

  it('are those of the file as it is now', async () => {
    const path = join(folder, 'scripts/changing.csv');
    await writeFile(path, 'v\na\n');
    expect(await list({ csv: 'changing.csv' })).toHaveLength(1);
    await writeFile(path, 'v\na\nb\n');
    expect(await list({ csv: 'changing.csv' })).toHaveLength(2);
  });
});
