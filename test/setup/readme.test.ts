import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withSettings } from '../../setup/readme.ts';

const readme = readFileSync('README.md', 'utf8');

describe('the README', () => {
  it('lists every setting (npm run readme writes the table)', () => {
    expect(withSettings(readme)).toBe(readme);
    expect(readme).toContain('| `port` | `16024` |');
  });

  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s has no link that leads nowhere', (file) => {
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => String(link));
    expect(links.filter((link) => !existsSync(join(dirname(file), link)))).toEqual([]);
  });
});
