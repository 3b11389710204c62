/** The cells tagged `choices` of a notebook: the functions that compute the choices of inputs. */
import { isChoicesCell, withTag } from '../domain/notebook/notebook-tag.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { ParameterSchema, ParametersSchema } from '../domain/parameter/parameter.ts';
import { type Finding, findingOf } from '../domain/finding.ts';
import { problemError } from '../domain/problem.ts';
import { codeOf } from './source-file.ts';

const WHERE = 'the cell tagged choices';

/** They are not executed in runs, where the language can compute choices. */
export function withoutChoices(notebook: Notebook, language: Language): Notebook {
  if (language.readChoices === undefined) return notebook;
  const places = notebook.cells.flatMap((cell, index) => (isChoicesCell(cell) ? [index] : []));
  return { ...notebook, cells: places.reduce((cells, at) => withTag(cells, at, 'skip-execution'), notebook.cells) };
}

/** The schema with the functions as rules. Throws `invalid` with a `ScriptProblem`. */
export function withFunctions(schema: ParametersSchema, notebook: Notebook, language: Language): ParametersSchema {
  const found = language.readChoices?.(codeOf(notebook.cells.filter(isChoicesCell))) ?? [];
  if (found.length === 0) return schema;
  const own = found.map(({ parameter, name, inputs }): [string, ParameterSchema] => {
    const property = Object.hasOwn(schema.properties, parameter) ? schema.properties[parameter] : undefined;
    if (property === undefined)
      throw problemError({
        what: `${name} computes the choices of “${parameter}”, which is no input of this script.`,
        where: WHERE,
        remedy: 'Name the function after an input: choices_store for the input store.',
      });
    if (property['x-choices'] !== undefined)
      throw problemError({
        what: `The choices of “${parameter}” come both from ${name} and from x-choices.`,
        where: WHERE,
        remedy: 'Remove one of the two.',
      });
    return [parameter, { ...property, 'x-choices': { function: name, inputs } }];
  });
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(own) } };
}

/** Cells that compute nothing. */
export function reviewChoices({ cells }: Notebook, language: Language): readonly Finding[] {
  const tagged = cells.filter(isChoicesCell);
  if (tagged.length === 0) return [];
  if (language.readChoices === undefined) {
    const what = 'It computes no choices: only notebooks in Python can.';
    const remedy = 'Declare x-choices with a CSV file or a query instead.';
    return [findingOf('unused-choices', { what, where: WHERE, remedy })];
  }
  if (language.readChoices(codeOf(tagged)).length > 0) return [];
  const what = 'It has no function whose name begins with choices_, and is not executed in runs.';
  const remedy = 'Define, for the input store: def choices_store(region): return [...]';
  return [findingOf('unused-choices', { what, where: WHERE, remedy })];
}
