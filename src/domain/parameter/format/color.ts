/** A colour as `#1f77b4`; `#17b` is short for `#1177bb`. */
import type { TextFormat } from './format.ts';

export const colorFormat: TextFormat = {
  control: 'color',
  expected: () => 'a colour such as #1f77b4',
  read: (text) => text.trim().replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, '#$1$1$2$2$3$3'),
  check: (text) => (/^#[0-9a-f]{6}$/i.test(text) ? text : undefined),
};
