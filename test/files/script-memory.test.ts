import { describe, expect, it } from 'vitest';
import { createScriptMemory } from '../../src/files/script-memory.ts';
import { languages } from '../../src/language/all.ts';
import { notebookText } from './folder.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const source = (text: string, modifiedAtMs = 1) => ({ file: 'a.ipynb', bytes: encode(text), modifiedAtMs });
const plain = notebookText([{ code: 'rows = 5', tags: ['parameters'] }]);

describe('the memory for scripts', () => {
  it('answers the same bytes with the same notebook, at the time of the file', () => {
    const parse = createScriptMemory(languages());
    const [first, second] = [parse('a', source(plain, 1), undefined), parse('a', source(plain, 2), undefined)];
    expect(second.notebook).toBe(first.notebook);
    expect([first.script.updatedAtMs, second.script.updatedAtMs]).toEqual([1, 2]);
  });

  it('tells apart bytes, names, and files beside the script', () => {
    const parse = createScriptMemory(languages());
    const beside = (title: string) => ({
      file: 'a.params.json',
      bytes: encode(JSON.stringify({ properties: { rows: { title } } })),
      modifiedAtMs: 9,
    });
    const titleOf = (title?: string) =>
      parse('a', source(plain), title === undefined ? undefined : beside(title)).script.schema.properties['rows']
        ?.title;
    expect([titleOf(), titleOf('One'), titleOf('Two'), titleOf('One'), titleOf()]).toEqual([
      undefined,
      'One',
      'Two',
      'One',
      undefined,
    ]);
    expect(parse('b', source(plain), undefined).script.name).toBe('b');
    expect(
      parse('a', source(plain.replace('rows = 5', 'rows = 6')), undefined).script.schema.properties['rows']?.default,
    ).toBe(6);
    expect(parse('a', source(plain), beside('One')).script.updatedAtMs).toBe(9);
  });

  it('forgets the least lately used beyond its bounds, and keeps nothing that does not fit', () => {
    const parse = createScriptMemory(languages());
    const notebookOf = (name: string, text = plain) => parse(name, source(text), undefined).notebook;
    const [kept, lost] = [notebookOf('kept'), notebookOf('lost')];
    for (let at = 0; at < 99; at++) {
      notebookOf('kept');
      notebookOf(`other ${at}`);
    }
    expect(notebookOf('kept')).toBe(kept);
    expect(notebookOf('lost')).not.toBe(lost);
    const huge = plain + ' '.repeat(8_000_001);
    expect(notebookOf('huge', huge)).not.toBe(notebookOf('huge', huge));
    expect(notebookOf('kept')).toBe(kept);
    notebookOf('large', plain + ' '.repeat(8_000_000 - plain.length));
    expect(notebookOf('kept')).not.toBe(kept);
  });
});
