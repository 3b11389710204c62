/** What axe finds wrong with a page, one line per problem. The page's context must bypass the CSP. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOnly } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What other colours can change: they, and which of the buttons that switch colours is shown. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block', 'button-name', 'link-name'];

export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return run(page, { type: 'tag', values: ALL });
}

/** As `violations`, in a page whose context prefers light colours: in these, and in dark ones. The page stays light. */
export async function violationsInBothColours(page: Page): Promise<string[]> {
  const light = await violations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await run(page, { type: 'rule', values: OF_COLOURS });
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark.map((violation) => `in dark colours: ${violation}`)];
}

async function run(page: Page, rules: RunOnly): Promise<string[]> {
  const results = await page.evaluate(
    async (options) => {
      const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
      return axe.run(options);
    },
    { iframes: false, runOnly: rules },
  );
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ target, failureSummary }) => `${String(target)} ${failureSummary ?? ''}`)
        .join(' | ')
        .slice(0, 400)}`,
  );
}
