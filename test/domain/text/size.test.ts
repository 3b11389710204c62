import { expect, it } from 'vitest';
import { bytesFormat } from '../../../src/domain/text/intl.ts';
import { sizeWords } from '../../../src/domain/text/size.ts';

it.each([
  [0, '0 B'],
  [146, '146 B'],
  [999, '999 B'],
  [1_536, '1.5 kB'],
  [15_360, '15 kB'],
  [1_536_000, '1.5 MB'],
  [153_600_000, '154 MB'],
])('%i bytes are %s in reports, messages and on pages', (bytes, text) => {
  expect([sizeWords(bytes), bytesFormat('en', bytes)]).toEqual([text, text]);
});

it('pages write sizes as the language does', () => {
  const written = [bytesFormat('de', 1_536), bytesFormat('ru', 146), bytesFormat('fr', 146)];
  // some languages have spaces at which no line breaks
  expect(written.map((text) => text.replace(/\s/gu, ' '))).toEqual(['1,5 kB', '146 Б', '146 o']);
});
