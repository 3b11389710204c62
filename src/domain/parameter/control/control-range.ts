/** Two numbers or two dates, the lower first: two fields of the same name. */
import type { Json } from '../../text/json.ts';
import { rangeParts } from '../parameter-range.ts';
import type { ControlRule } from './control.ts';
import { numberHints } from './control-number.ts';
import { valueText } from './control-text.ts';

export const rangeControl: ControlRule = (schema, start) => {
  const items = schema.items ?? {};
  const [from = null, to = null] = Array.isArray(start) ? (start as Json[]) : rangeParts(String(start ?? ''));
  return {
    value: '',
    ends: [valueText(from, items), valueText(to, items)],
    ...(items.format === undefined ? numberHints({ ...items, default: from }) : {}),
  };
};
