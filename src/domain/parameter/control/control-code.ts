/** Code, in a field that names its language. */
import { defined } from '../../defined.ts';
import type { ControlRule } from './control.ts';
import { valueText } from './control-text.ts';

export const codeControl: ControlRule = (schema, start) => ({
  value: valueText(start, schema),
  ...defined({ language: schema['x-language'] }),
});
