/** `npm run settings`: writes the table of settings into docs/settings.md; a test compares the two. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSetting, SETTING_NAMES } from '../src/config/setting.ts';

const PAGE = join(import.meta.dirname, '../docs/settings.md');
const TABLE = /<!-- settings -->[\s\S]*<!-- \/settings -->/;

/** Returns the page with the current table, given the page as it is. */
export function withSettings(page: string): string {
  const rows = SETTING_NAMES.map((name) => {
    const { description, fallback } = describeSetting(name);
    const shown =
      fallback === '' || (Array.isArray(fallback) && fallback.length === 0) ? '' : `\`${String(fallback)}\``;
    return `| \`${name}\` | ${shown} | ${description} |`;
  });
  return page.replace(
    TABLE,
    ['<!-- settings -->', '| key | default | |', '|---|---|---|', ...rows, '<!-- /settings -->'].join('\n'),
  );
}

if (process.argv[1] === import.meta.filename) writeFileSync(PAGE, withSettings(readFileSync(PAGE, 'utf8')));
