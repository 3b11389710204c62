/**
 * Shortens the content of a long message to what another thread can pass on in a few milliseconds: formats that are
 * JSON become text. Pure.
 */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import type { Message } from './wire.ts';

/** Longer messages are decoded on another thread, where there is one, bytes. */
export const LONG_BYTES = 512 * 1024;
/** Formats of an output; a report keeps far fewer. */
const MOST_FORMS = 1000;
/** Shorter formats stay as they are. */
const SHORT_CHARS = 4096;
/** Values, with those inside of others, of everything that is not a format. */
const MOST_VALUES = 200_000;

const DISPLAYS: readonly unknown[] = ['display_data', 'execute_result', 'update_display_data'];

/** Without its content if there are too many values beside the formats; then `lost` is `effort`. */
export function shortenMessage(message: Message): Message {
  const { header, parent, metadata, content } = message;
  if (message.lost !== undefined) return message;
  const { data, ...rest } = content;
  const isDisplay = DISPLAYS.includes(header['msg_type']) && isJsonObject(data);
  const { short, long } = isDisplay ? shortenForms(data) : { short: data, long: [] };
  if (countValues([header, parent, metadata, isDisplay ? rest : content], MOST_VALUES) > MOST_VALUES)
    return { ...message, content: {}, lost: 'effort' };
  return isDisplay ? { ...message, content: { ...rest, data: short as JsonObject }, long } : message;
}

function shortenForms(forms: JsonObject) {
  const short: [string, Json][] = [];
  const long: [string, string][] = [];
  for (const mime in forms) {
    if (short.length + long.length === MOST_FORMS) break;
    const value = forms[mime]!;
    const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : '';
    if (text.length > SHORT_CHARS) long.push([mime, text]);
    else short.push([mime, value]);
  }
  return { short: Object.fromEntries(short), long };
}

/** Stops counting beyond the limit. */
function countValues(value: Json, limit: number): number {
  let count = 1;
  if (typeof value !== 'object' || value === null) return count;
  for (const key in value) {
    count += countValues((value as JsonObject)[key]!, limit - count);
    if (count > limit) break;
  }
  return count;
}
