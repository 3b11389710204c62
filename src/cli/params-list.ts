/** The parameters of a script for people: one line each, with the words of forms and errors, and the help below. */
import { expectation } from '../domain/parameter/parameter-expectation.ts';
import { needOf } from '../domain/parameter/parameter-need.ts';
import type { ParameterSchema, ParametersSchema } from '../domain/parameter/parameter.ts';
import { plain } from './server-status.ts';

const MOST_DEFAULT_CHARS = 60;

export function parameterList(schema: ParametersSchema): string {
  const names = Object.keys(schema.properties);
  if (names.length === 0) return 'This script has no parameters.';
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return names
    .flatMap((name) => {
      const property = schema.properties[name] ?? {};
      const help = plain(property.description ?? '');
      const line = `${name.padEnd(width)}${plain(lineOf(schema, name, property))}`;
      return help === '' ? [line] : [line, `${' '.repeat(width)}${help}`];
    })
    .join('\n');
}

function lineOf(schema: ParametersSchema, name: string, property: ParameterSchema): string {
  const need = needOf(schema, name);
  const unit = property['x-unit'];
  const parts = [
    expectation(property) + (unit === undefined ? '' : `, in ${unit}`),
    need === 'default' ? `default ${textOf(property)}` : need,
    property['x-source'] === undefined ? '' : `if empty: ${property['x-source']}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function textOf({ default: value = null }: ParameterSchema): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MOST_DEFAULT_CHARS ? text : `${text.slice(0, MOST_DEFAULT_CHARS - 1)}…`;
}
