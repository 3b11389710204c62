/**
 * A notebook as the rest of the code uses it: nbformat 4, whatever the file's version was. Source:
 * https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import type { JsonObject } from '../text/json.ts';

export type CellType = 'markdown' | 'code' | 'raw';

export interface Cell {
  /** Unique in the notebook; made from the position if the file (before 4.5) has none. */
  readonly id: string;
  readonly type: CellType;
  readonly source: string;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  /** Markdown and raw cells: file name -> MIME type -> base64. */
  readonly attachments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Code cells: the outputs saved in the file, as nbformat 4 output objects; runs ignore them. */
  readonly outputs: readonly JsonObject[];
  readonly executionCount: number | null;
}

export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: JsonObject;
  /** Kernelspec name that the file asks for, if any. */
  readonly kernelName: string | undefined;
  /** Lower-case language name: `python`, `r`, `bash`, … */
  readonly language: string;
}
