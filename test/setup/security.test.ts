import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the table of what holds names tests that are there', () => {
  const named = [...readFileSync('docs/security.md', 'utf8').matchAll(/`((?:src|test)\/[^`]+)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

it('SECURITY.md leads to pages that are there', () => {
  for (const file of ['SECURITY.md', 'docs/security.md']) {
    const folder = file.startsWith('docs/') ? 'docs/' : '';
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(folder + path))).toEqual([]);
  }
});
