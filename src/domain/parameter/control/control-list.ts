/** Several texts or numbers, one per line. */
import type { Json } from '../../text/json.ts';
import type { ControlRule } from './control.ts';
import { isAmbiguous, optionText, valueText } from './control-text.ts';

export const listControl: ControlRule = (schema, start) => {
  if (!Array.isArray(start)) return { value: valueText(start, schema) };
  const values = start as Json[];
  const lines = values.map(optionText);
  const plain = lines.every(
    (line) => line !== '' && line.trim() === line && !/[\r\n]/.test(line) && !line.startsWith('['),
  );
  const isOpen =
    schema.items?.type === undefined && values.some((item) => typeof item === 'string' && isAmbiguous(item));
  const single = lines.length === 1 && /[;,]/.test(lines[0] ?? '');
  return { value: plain && !single && !isOpen ? lines.join('\n') : JSON.stringify(values) };
};
