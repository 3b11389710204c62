/** The fields of a form: what each control is given by the domain. */
import type { Control } from './parameter.ts';

export interface FieldOption {
  /** What the form sends. */
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/**
 * One field. The form sends text under `name`. A `switch` sends `true` or nothing, so the form must send a hidden
 * `false` before it; likewise, a `multiselect` needs a hidden empty text (see `checkValues`).
 */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly control: Control;
  readonly required: boolean;
  /** It may be left empty, and is empty to begin with. */
  readonly isOptional?: true;
  readonly help?: string;
  /** Shown while the field is empty: what the author says, or the source of a default that the notebook computes. */
  readonly placeholder?: string;
  /** The initial text; for a `switch` `true` or `false`; for selects see `options`. Dates may be relative (`-7d`). */
  readonly value: string;
  /** Of a range: its two values as text. */
  readonly ends?: readonly [string, string];
  /** Of a date with a time and a zone: the zone; empty if the reader's, or if the value has an offset. */
  readonly zone?: string;
  /** Of code. */
  readonly language?: string;
  readonly unit?: string;
  /** Of `select` and `multiselect`. An option with an empty value means "not given". */
  readonly options?: readonly FieldOption[];
  readonly min?: number;
  readonly max?: number;
  /** The minimum or the default is negative: the keypad needs a minus. */
  readonly signed?: true;
  /** `any`: no steps. */
  readonly step?: number | 'any';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly group?: string;
  readonly isGroupFolded?: true;
  /** Suggested values, if others are accepted, too. */
  readonly suggestions?: readonly string[];
  /** Of a `file`: the files that are given already. */
  readonly files?: readonly FieldFile[];
  /** Of a `file`: as the attribute of HTML. */
  readonly accept?: string;
  readonly isSeveral?: boolean;
  /** Of a `file`: the largest size that the author accepts. */
  readonly maxBytes?: number;
}

/** A file that is there already: the form sends `value` for it. */
export interface FieldFile {
  readonly value: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** Labels in the reader's language, worded by the page. */
export interface FormWords {
  readonly yes: string;
  readonly no: string;
  /** Label of an option that leaves out the value. */
  readonly none: string;
}
