/** `npm run readme`: writes the table of settings into the README; a test compares the two. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSetting, SETTING_NAMES } from '../src/setting.ts';

const README = join(import.meta.dirname, '../README.md');
const TABLE = /<!-- settings -->[\s\S]*<!-- \/settings -->/;

/** The README as it should be, given as it is. */
export function withSettings(readme: string): string {
  const rows = SETTING_NAMES.map((name) => {
    const { description, fallback } = describeSetting(name);
    const shown =
      fallback === '' || (Array.isArray(fallback) && fallback.length === 0) ? '' : `\`${String(fallback)}\``;
    return `| \`${name}\` | ${shown} | ${description} |`;
  });
  return readme.replace(
    TABLE,
    ['<!-- settings -->', '| key | default | |', '|---|---|---|', ...rows, '<!-- /settings -->'].join('\n'),
  );
}

if (process.argv[1] === import.meta.filename) writeFileSync(README, withSettings(readFileSync(README, 'utf8')));
