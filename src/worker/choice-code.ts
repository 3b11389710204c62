/** What a kernel executes for the choices of an input: constants and values are literals, never pasted text. */
import type { Language } from '../domain/parameter/language.ts';
import type { ParameterSchema } from '../domain/parameter/parameter.ts';
import { isChoicesCell } from '../domain/notebook/notebook-tag.ts';
import type { ChoiceRequest } from '../domain/script/choice-source.ts';
import type { Json } from '../domain/text/json.ts';

const OFFER = '__import__("script_runner._choices")._choices';

/** The sources, in order: the cells tagged `choices` if the rule names a function of them, then the call. */
export function choiceCode({ content, rule, inputs }: ChoiceRequest, python: Language): readonly string[] {
  if ('query' in rule) {
    const [name, statement] = [rule.connection, rule.query].map((text) =>
      python.writeLiteral(text, { type: 'string' }),
    );
    const values = python.writeLiteral(inputs, { type: 'object' });
    return [`${OFFER}.offer(${OFFER}.query(${name ?? ''}, ${statement ?? ''}, ${values}))`];
  }
  if (!('function' in rule)) return [];
  const { properties } = content.script.schema;
  const values = rule.inputs.map((name) => `${name}=${python.writeLiteral(...plain(inputs[name], properties[name]))}`);
  const cells = content.notebook.cells.filter((cell) => cell.type === 'code' && isChoicesCell(cell));
  return [...cells.map(({ source }) => source), `${OFFER}.offer(${rule.function}(${values.join(', ')}))`];
}

/** The notebook's own classes are not there: a member is its name. */
function plain(value: Json = null, schema: ParameterSchema = {}): [Json, ParameterSchema] {
  const { 'x-class': _class, items, ...rest } = schema;
  if (items === undefined) return [value, rest];
  const { 'x-class': _each, ...each } = items;
  return [value, { ...rest, items: each }];
}
