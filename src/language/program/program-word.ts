/** The words of a program's command line, from the values of a run. */
import type { ParameterValues } from '../../domain/parameter/parameter.ts';
import type { Json } from '../../domain/text/json.ts';
import type { ProgramArgument } from './program-argument.ts';

export interface ProgramWord {
  readonly text: string;
  /** The name of the password that follows the text. */
  readonly password?: string;
}

/**
 * Options come first, then positions; behind `--` where a position begins with a dash and there are options. `joins`:
 * `--rows=5`; else `--rows`, `5`. Values of `passwords` are not in the words.
 */
export function programWords(
  known: readonly ProgramArgument[],
  values: ParameterValues,
  { joins, passwords }: { readonly joins: boolean; readonly passwords: readonly string[] },
): ProgramWord[] {
  const options: ProgramWord[] = [];
  const positions: ProgramWord[] = [];
  for (const one of known) {
    const value = values[one.name];
    const isGiven = passwords.includes(one.name);
    if (!isGiven && (value === undefined || value === null)) continue;
    const each: ProgramWord[] = isGiven
      ? [{ text: '', password: one.name }]
      : (Array.isArray(value) ? (value as Json[]) : [value as Json]).map((part) => ({ text: textOf(part) }));
    const { option, off } = one;
    if (option === undefined) positions.push(...each);
    else if (one.form === 'flag') options.push(...flag(value === true, option, off));
    else if (joins && option.startsWith('--'))
      options.push(...each.map(({ text, ...rest }) => ({ text: `${option}=${text}`, ...rest })));
    else options.push(...each.flatMap((word) => [{ text: option }, word]));
  }
  const isUnclear = known.some(({ option }) => option !== undefined) && positions.some(({ text }) => /^-/.test(text));
  return [...options, ...(isUnclear ? [{ text: '--' }] : []), ...positions];
}

function flag(isOn: boolean, option: string, off: string | undefined): ProgramWord[] {
  if (off === option) return isOn ? [] : [{ text: option }];
  return isOn ? [{ text: option }] : off === undefined ? [] : [{ text: off }];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
