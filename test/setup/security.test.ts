import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it.each(['docs/security.md', 'docs/asvs.md'])('%s names tests that are there', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

it('pages about security lead to pages that are there', () => {
  for (const file of ['SECURITY.md', 'docs/security.md', 'docs/asvs.md']) {
    const folder = file.startsWith('docs/') ? 'docs/' : '';
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(folder + path))).toEqual([]);
  }
});
