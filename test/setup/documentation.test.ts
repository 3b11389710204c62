import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withSettings } from '../../setup/settings.ts';

const settings = readFileSync('docs/settings.md', 'utf8');

const pages = ['.', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe('the documentation', () => {
  it('lists every setting (npm run settings writes the table)', () => {
    expect(withSettings(settings)).toBe(settings);
    expect(settings).toContain('| `port` | `16024` |');
  });

  it.each(pages)('%s has no link that leads nowhere', (file) => {
    // without examples
    const text = readFileSync(file, 'utf8').replace(/```.*?```|`[^`\n]*`/gs, '');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => String(link));
    expect(links.filter((link) => !existsSync(join(dirname(file), link)))).toEqual([]);
  });
});
