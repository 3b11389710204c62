/** The interface of every MIME type's file. */
import { isLines, type Json, type JsonObject } from '../../domain/text/json.ts';
import type { MathContext } from '../math/math-context.ts';
import type { RenderOptions } from '../options.ts';

export interface MimeOutput {
  /** The output's id in the document; ids inside it start with it. */
  readonly id: string;
  readonly mime: string;
  /** As sent by the kernel: text, base64 for binary types, JSON for JSON types. */
  readonly value: Json;
  /** The metadata of this MIME type. */
  readonly metadata: JsonObject;
  /** The author wants it apart from the page: its styles and scripts apply to it alone. */
  readonly isIsolated: boolean;
  /** The bundle's plain text, for alternative texts and fallbacks. */
  readonly text: string | undefined;
  readonly options: RenderOptions;
  /** Macros and labels of the notebook's text. */
  readonly math: MathContext;
}

export interface MimeRenderer {
  /** Names the output's class: `output-<kind>`. */
  readonly kind: string;
  readonly matches: (mime: string) => boolean;
  /** Text as a terminal shows it: a long one is drawn in pieces instead. */
  readonly isPlain?: boolean;
  /** The content of the output's element. */
  readonly render: (output: MimeOutput) => string;
}

/** The value as text; kernels may send lines. */
export function valueText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (isLines(value)) return value.join('');
  return value === undefined ? '' : JSON.stringify(value);
}
