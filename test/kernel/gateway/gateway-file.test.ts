import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createFileFetch, readListing } from '../../../src/kernel/gateway/gateway-file.ts';
import { LISTING } from '../../../src/kernel/gateway/gateway-program.ts';

it('takes only names that stay below the folder', () => {
  const names = ['a.csv', 'b/c.csv', '../x', 'a/../../x', '/etc/x', '', 'a//b', '.hidden', '.tables/t1', '.tables/a/b'];
  const more = ['a\0b', 'a\\b', 'x'.repeat(256), 'é.csv', '.', 'a/.'];
  const said = JSON.stringify([...names, ...more].map((name) => [name, 1, 's']));
  expect(readListing(said).map(({ path }) => path)).toEqual(['a.csv', 'b/c.csv', '.tables/t1', 'é.csv']);
  for (const text of ['', '{}', '[1]', '[["a", "1", "s"]]', '[["a", -1, "s"]]', '[["a", 1e300, "s"]]', 'null'])
    expect(readListing(text)).toEqual([]);
});

it('keeps to its limits, whatever the kernel sends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let listing = '[["small", 10, "1"], ["large", 5000000, "1"], ["second", 95, "1"]]';
  const evaluate = (expression: string) =>
    Promise.resolve(expression === LISTING ? listing : Buffer.alloc(10, 'x').toString('base64'));
  const files = createFileFetch(evaluate, folder, { fileBytes: 1000, totalBytes: 100 });
  // the second is more than is left
  expect(await files.fetch()).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['large', 'small']);
  expect(readFileSync(join(folder, 'small'), 'utf8')).toBe('x'.repeat(10));
  // it is refused for its size, which is known here
  expect(statSync(join(folder, 'large')).size).toBe(5_000_000);
  listing = '[["large", 5000000, "1"]]';
  expect(await files.fetch()).toBe(true);
  expect(readdirSync(folder)).toEqual(['large']);
});
