/** The formats of scripts besides `.ipynb` and Python files in cells, which are read as they are. */
import { databricksSource } from './databricks-source.ts';
import type { Format } from './format.ts';
import { jupyterMarkdown } from './jupyter-markdown.ts';
import { quarto, rMarkdown } from './literate.ts';
import { percentJulia, percentR } from './percent-other.ts';
import { bashProgram, pythonProgram, rProgram } from './program.ts';
import { sql } from './sql.ts';

export const FORMATS: readonly Format[] = [
  databricksSource,
  pythonProgram,
  quarto,
  rMarkdown,
  jupyterMarkdown,
  percentR,
  percentJulia,
  rProgram,
  bashProgram,
  sql,
];

/** Formats that files with this name may have. */
export function formatsOf(file: string): readonly Format[] {
  return FORMATS.filter(({ extensions }) => extensions.some((extension) => file.endsWith(extension)));
}
