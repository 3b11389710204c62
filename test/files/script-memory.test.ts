import { describe, expect, it } from 'vitest';
import { createScriptMemory, type ScriptParser } from '../../src/files/script-memory.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';
import { notebookText } from './folder.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const source = (text: string, modifiedAtMs = 1) => ({ file: 'a.ipynb', bytes: encode(text), modifiedAtMs });
const read: ScriptParser = async (name, file, sidecar) => parseScript(name, file, sidecar, languages());
const plain = notebookText([{ code: 'rows = 5', tags: ['parameters'] }]);

describe('the memory for scripts', () => {
  it('answers the same bytes with the same notebook, at the time of the file', async () => {
    const parse = createScriptMemory(read);
    const first = await parse('a', source(plain, 1), undefined);
    const second = await parse('a', source(plain, 2), undefined);
    expect(second.notebook).toBe(first.notebook);
    expect([first.script.updatedAtMs, second.script.updatedAtMs]).toEqual([1, 2]);
  });

  it('tells apart bytes, names, and files beside the script', async () => {
    const parse = createScriptMemory(read);
    const beside = (title: string) => ({
      file: 'a.params.json',
      bytes: encode(JSON.stringify({ properties: { rows: { title } } })),
      modifiedAtMs: 9,
    });
    const titleOf = async (title?: string) =>
      (await parse('a', source(plain), title === undefined ? undefined : beside(title))).script.schema.properties[
        'rows'
      ]?.title;
    expect(await Promise.all([titleOf(), titleOf('One'), titleOf('Two'), titleOf('One'), titleOf()])).toEqual([
      undefined,
      'One',
      'Two',
      'One',
      undefined,
    ]);
    expect((await parse('b', source(plain), undefined)).script.name).toBe('b');
    expect(
      (await parse('a', source(plain.replace('rows = 5', 'rows = 6')), undefined)).script.schema.properties['rows']
        ?.default,
    ).toBe(6);
    expect((await parse('a', source(plain), beside('One'))).script.updatedAtMs).toBe(9);
  });

  it('forgets the least lately used beyond its bounds, and keeps nothing that does not fit', async () => {
    const parse = createScriptMemory(read);
    const notebookOf = async (name: string, text = plain) => (await parse(name, source(text), undefined)).notebook;
    const [kept, lost] = [await notebookOf('kept'), await notebookOf('lost')];
    for (let at = 0; at < 99; at++) {
      await notebookOf('kept');
      await notebookOf(`other ${at}`);
    }
    expect(await notebookOf('kept')).toBe(kept);
    expect(await notebookOf('lost')).not.toBe(lost);
    const huge = plain + ' '.repeat(8_000_001);
    expect(await notebookOf('huge', huge)).not.toBe(await notebookOf('huge', huge));
    expect(await notebookOf('kept')).toBe(kept);
    await notebookOf('large', plain + ' '.repeat(8_000_000 - plain.length));
    expect(await notebookOf('kept')).not.toBe(kept);
  });
});
