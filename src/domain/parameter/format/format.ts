/** The port of the formats: texts that stand for something, such as a date. */
import type { Control, ParameterSchema } from '../parameter.ts';
import type { Now } from '../relative-date.ts';

export interface TextFormat {
  readonly control: Control;
  /** What is accepted; ends a sentence that begins with “Enter”. */
  expected(schema: ParameterSchema): string;
  /** A text as somebody gave it, in its usual spelling. Relative dates stay unchanged; nothing is checked yet. */
  read(text: string): string;
  /** The value of the run, with relative dates resolved; undefined: not valid. */
  check(text: string, schema: ParameterSchema, now: Now): string | undefined;
}
