/** What the renderers receive from outside: they read no files and know no addresses. */
import type { Json } from '../domain/text/json.ts';
import type { BlobReference } from '../domain/run/run-event.ts';
import type { FileAddresses } from './file.ts';
import type { WidgetModels } from '../domain/report/widget-model.ts';
import type { LibraryAsset } from './library/library.ts';
import type { TableFormat } from '../domain/run/table.ts';
import type { References } from './report-reference.ts';
import type { MathContext } from './math/math-context.ts';

export interface RenderOptions {
  /** The value for a reference; undefined if it no longer exists. `report-blob.ts` says which are needed. */
  readonly blob: (reference: BlobReference) => Json | undefined;
  /** Address of an asset: `report.css`, `math.css`, `frame.js`, a file of a library, … */
  readonly asset: (name: AssetName) => string;
  /** Address of a file that the run left; if absent, files are not offered. */
  readonly artifact?: (name: string) => string;
  /** Address of a kept table in a format; absent: tables are not offered. */
  readonly table?: (name: string, format: TableFormat) => string;
  /** Address of a file beside the script that is kept with the report; without it the file lies in the report. */
  readonly file?: (path: string) => string;
  /** Address of the page of a script; without it links to other notebooks stay as they are. */
  readonly scriptPage?: (name: string) => string;
  /** The files of the report that is drawn; absent: there are none, and no address changes. */
  readonly files?: FileAddresses;
  /** Address of everything that a cell printed; if absent, the reader is referred to the notebook. */
  readonly text?: (cell: number) => string;
  /** What the formulas of the cell share with those of the other cells; absent: nothing. */
  readonly math?: MathContext;
  /** Labels of the report's figures and tables; absent: none. */
  readonly references?: References;
  /** The author's description of the pictures of the cell; absent: each has its own. */
  readonly alt?: string;
  /** The report's title, for the cell whose heading may repeat it; absent: no heading is marked. */
  readonly title?: string;
  /** For converters, which drop frames, styles and scripts: nothing is put into a frame of its own. */
  readonly withoutFrames?: true;
  /** The code of the step whose outputs are drawn, for its errors; absent: unknown. */
  readonly step?: { readonly source: string; readonly isRemoved: boolean };
  /** The state of the report's widgets; absent: it has none. */
  readonly models?: WidgetModels;
  /** Limits the time of each part of a report; absent: no limit. */
  readonly attempt?: Attempt;
}

/** Returns what `make` returns; undefined if that would take too long. */
export type Attempt = <T>(make: () => T) => T | undefined;

export type AssetName = 'report.css' | 'math.css' | 'frame.js' | 'slides.css' | 'slides.js' | LibraryAsset;
