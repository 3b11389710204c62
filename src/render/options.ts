/** What the renderers are given from outside: they read no files and know no addresses. */
import type { Json } from '../domain/text/json.ts';
import type { BlobReference } from '../domain/run/run-event.ts';
import type { MathContext } from './math/math-context.ts';

export interface RenderOptions {
  /** The value that a reference stands for; undefined when it is gone. Ask `report-blob.ts` which will be needed. */
  readonly blob: (reference: BlobReference) => Json | undefined;
  /** Address of an asset: `report.css`, `math.css`, `frame.js`, `plotly.js`. */
  readonly asset: (name: AssetName) => string;
  /** Address of a file that the run left; without it files are not offered. */
  readonly artifact?: (name: string) => string;
  /** Address of all that a cell printed; without it the reader is sent to the notebook. */
  readonly text?: (cell: number) => string;
  /** What the formulas of the cell share with those of the other cells; absent: nothing. */
  readonly math?: MathContext;
  /** Bounds the time of each part of a report; absent: no bound. */
  readonly attempt?: Attempt;
}

/** Answers what `make` answers; undefined where that would take too long. */
export type Attempt = <T>(make: () => T) => T | undefined;

export type AssetName = 'report.css' | 'math.css' | 'frame.js' | 'plotly.js';
