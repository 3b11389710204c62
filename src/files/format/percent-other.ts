/** R and Julia scripts in cells (`# %%`), as Jupytext and Positron write them; for Python see `percent-parse`. */
import { isJsonObject } from '../../domain/text/json.ts';
import { hasCells, splitPercent } from '../percent-parse.ts';
import { type Format, kernelOf, type TextNotebook } from './format.ts';

export const percentR: Format = { name: 'R script', extensions: ['.R', '.r'], read: (text) => read(text, 'r') };
export const percentJulia: Format = { name: 'Julia script', extensions: ['.jl'], read: (text) => read(text, 'julia') };

function read(text: string, language: string): TextNotebook | undefined {
  if (!hasCells(Buffer.from(text))) return undefined;
  const { metadata, cells } = splitPercent(text);
  return {
    metadata: isJsonObject(metadata.kernelspec) ? metadata : { ...metadata, ...kernelOf(language) },
    cells,
  };
}
