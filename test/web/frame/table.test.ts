import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { alignColumns } from '../../../src/web/frame/table.ts';

function words(head: readonly string[], ...rows: readonly (readonly string[])[]): string[] {
  const row = (tag: string) => (cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  const { document } = parseHTML(
    `<html><body><table class="dataframe"><thead>${row('th')(head)}</thead><tbody>${rows.map(row('td')).join('')}</tbody></table></body></html>`,
  );
  alignColumns(document);
  return [...document.querySelectorAll('thead .words')].map(({ textContent }) => textContent);
}

describe('alignColumns', () => {
  it('sets words to the left and figures to the right', () => {
    expect(
      words(
        ['', 'city', 'orders', 'share', 'day', 'price', 'tiny', 'weight', 'open', 'code'],
        ['0', 'Berlin', '1,200', '4.2 %', '2026-10-01', '€12.50', '1e-05', '12 kg', 'True', 'B05-42-H'],
        ['1', 'NaN', 'NaN', '−3', 'NaT', 'None', '-inf', '3 t', 'False', 'J07'],
      ),
    ).toEqual(['city', 'code']);
  });

  it('takes the missing values of R for figures', () => {
    expect(words(['amount', 'code'], ['1.5', 'NA'], ['NA', 'DE'])).toEqual(['code']);
  });

  it.each(['<td colspan="2">Berlin</td>', '<td>Berlin</td>'])('leaves a table alone whose rows differ: %s', (cells) => {
    const { document } = parseHTML(
      `<html><body><table class="dataframe"><tbody><tr><td>Rome</td><td>Paris</td></tr><tr>${cells}</tr></tbody></table></body></html>`,
    );
    alignColumns(document);
    expect(document.querySelector('.words')).toBeNull();
  });
});
