/** Masks what a run shows in slices, so that a long output does not block this thread. */
import { setImmediate as letOthers } from 'node:timers/promises';
import { isJsonObject } from '../../domain/text/json.ts';
import type { Json } from '../../domain/text/json.ts';
import { LongJson } from '../../domain/text/json-long.ts';
import type { DisplayData } from '../../domain/kernel/kernel.ts';
import { maskPieces, SLICE_CHARS } from '../../domain/mask/mask-stream.ts';
import { createTerminalMask } from '../../domain/mask/mask-terminal.ts';
import type { Mask } from '../../domain/mask/mask.ts';
import { isBinary } from './output-bundle.ts';

/** Types that browsers render. */
const MARKUP = /html|xml|svg|markdown/;
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/**
 * Binary values are not masked: the content of a picture cannot be read here. A value that only claims to be binary is
 * masked.
 */
export async function maskBundle(bundle: DisplayData, mask: Mask): Promise<MaskedBundle> {
  if (mask.isEmpty) return { bundle, isWhole: true };
  const masked: [string, Json | LongJson][] = [];
  let isWhole = true;
  for (const [mime, value] of Object.entries(bundle)) {
    if (!(value instanceof LongJson)) masked.push([mask.text(mime), await maskMime(mask, mime, value)]);
    else if (await isClean(mask, value)) masked.push([mask.text(mime), value]);
    else isWhole = false;
  }
  return { bundle: Object.fromEntries(masked), isWhole };
}

/** Without those long JSON values that have a secret in them: a mask might leave text that is no JSON. */
export interface MaskedBundle {
  readonly bundle: DisplayData;
  /** False if some are left out. */
  readonly isWhole: boolean;
}

/** Whether bytes that may be a text contain no secret. */
export async function isSecretFree(mask: Mask, bytes: Uint8Array): Promise<boolean> {
  if (mask.isEmpty) return true;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return (await gather(maskPieces(mask, text), text.length)) === text;
}

async function isClean(mask: Mask, { text }: LongJson): Promise<boolean> {
  return (await gather(maskPieces(mask, text), text.length)) === text;
}

async function maskMime(mask: Mask, mime: string, value: Json): Promise<Json> {
  if (isBinary(mime) && (typeof value !== 'string' || BASE64.test(value))) return value;
  if (typeof value === 'string' && mime === 'text/plain') return maskPrinted(mask, value);
  return maskValue(mask, value, MARKUP.test(mime));
}

/** As `Mask.json`. */
export async function maskValue(mask: Mask, value: Json, isMarkup = false): Promise<Json> {
  if (typeof value === 'string' && (isMarkup || value.length > SLICE_CHARS)) {
    return gather(maskPieces(mask, value, isMarkup), value.length);
  }
  if (Array.isArray(value) && value.some(isLarge)) {
    const items: Json[] = [];
    for (const item of value) items.push(await maskValue(mask, item, isMarkup));
    return items;
  }
  if (isJsonObject(value) && Object.values(value).some(isLarge)) {
    const entries: [string, Json][] = [];
    for (const [key, item] of Object.entries(value))
      entries.push([mask.text(key), await maskValue(mask, item, isMarkup)]);
    return Object.fromEntries(entries);
  }
  return mask.json(value);
}

/** A text that is shown like on a terminal. */
export async function maskPrinted(mask: Mask, text: string): Promise<string> {
  const terminal = createTerminalMask(mask);
  const pieces = function* () {
    for (let at = 0; at < text.length; at += SLICE_CHARS) yield terminal.push(text.slice(at, at + SLICE_CHARS));
    yield terminal.end();
  };
  return gather(pieces(), text.length);
}

async function gather(pieces: Iterable<string>, chars: number): Promise<string> {
  const parts: string[] = [];
  for (const piece of pieces) {
    parts.push(piece);
    if (chars > SLICE_CHARS) await letOthers();
  }
  return parts.join('');
}

function isLarge(value: Json): boolean {
  return typeof value === 'string' ? value.length > SLICE_CHARS : typeof value === 'object' && value !== null;
}
