import { inflateRawSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { archivePaths, createArchive } from '../../src/app/archive.ts';

const AT = Date.UTC(2026, 0, 31, 12);

/** The entries of a zip, from its central directory. */
function entriesOf(zip: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = zip.indexOf('PK\u0001\u0002'); at !== -1; at = zip.indexOf('PK\u0001\u0002', at + 4)) {
    const name = zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString();
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    found[name] = inflateRawSync(zip.subarray(from, from + zip.readUInt32LE(at + 20))).toString();
  }
  return found;
}

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe('an archive', () => {
  const entries = [
    { path: 'a.txt', read: async () => Buffer.from('one') },
    { path: 'files/ü.txt', read: async () => chunks('two', 'three') },
  ];

  it('contains texts and streams, the same each time', async () => {
    const zip = await buffer(createArchive(entries, AT));
    expect(entriesOf(zip)).toEqual({ 'a.txt': 'one', 'files/ü.txt': 'twothree' });
    expect(zip.equals(await buffer(createArchive(entries, AT)))).toBe(true);
  });

  it('ends with the error of an entry', async () => {
    const failing = { path: 'b.txt', read: () => Promise.reject(new Error('it was deleted')) };
    await expect(buffer(createArchive([...entries, failing], AT))).rejects.toThrow('it was deleted');
  });

  it('closes what it reads when its reader leaves', async () => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(100_000, String(Math.random()));
      } finally {
        isClosed = true;
      }
    }
    const archive = createArchive([{ path: 'x', read: async () => endless() }], AT);
    for await (const _ of archive) break;
    await expect.poll(() => isClosed).toBe(true);
  });

  it('gives each file a path of its own, in its folder', () => {
    expect(archivePaths('files', ['a', 'A', '../a', '..', 'b/c'])).toEqual([
      'files/a',
      'files/2-A',
      'files/..-a',
      'files/-',
      'files/b-c',
    ]);
  });
});
