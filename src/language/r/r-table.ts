/** The R code that writes the data frames that cells show; `r-table.r` says how. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

let source: string | undefined;

/** Read once, when the first notebook of R runs. */
export function tableSource(): string {
  return (source ??= readFileSync(join(import.meta.dirname, 'r-table.r'), 'utf8'));
}
