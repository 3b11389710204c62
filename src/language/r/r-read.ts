/** Values of an R parameters cell: constants and `c(...)` of them; anything else is left to the notebook. */
import type { Json } from '../../domain/text/json.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';

interface Constant {
  readonly value: Json;
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
}

const QUOTED = /^(?:"((?:[^"\\]|\\["'\\nt])*)"|'((?:[^'\\]|\\["'\\nt])*)')$/s;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };
const CODE = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"'#])*/;

/** The text after the arrow: the value, then optionally a comment with help. */
export function readRValue(rest: string): ParameterSchema {
  const [text, help] = withoutComment(rest);
  const description = help === '' ? {} : { description: help };
  return { ...readValue(text), ...description };
}

function withoutComment(rest: string): readonly [string, string] {
  const at = CODE.exec(rest)?.[0].length ?? 0;
  return [rest.slice(0, at).trim().replace(/;$/, ''), rest.slice(at).replace(/^#+'?/, '').trim()];
}

function readValue(text: string): ParameterSchema {
  if (text === 'NULL' || text === 'NA') return { default: null };
  const constant = readConstant(text);
  if (constant !== undefined) return { type: constant.type, default: constant.value };
  const [, date] = /^as\.Date\(["'](\d{4}-\d\d-\d\d)["']\)$/.exec(text) ?? [];
  if (date !== undefined) return { type: 'string', format: 'date', 'x-native': 'date', default: date };
  const [, inner] = /^c\((.*)\)$/.exec(text) ?? [];
  const items = inner === undefined ? [] : split(inner).map(readConstant);
  const [first] = items;
  if (first !== undefined && items.every((item) => item?.type === first.type)) {
    return { type: 'array', items: { type: first.type }, default: items.map((item) => item?.value ?? null) };
  }
  return {
    ...(/^Sys\.Date\(\)/.test(text) ? ({ type: 'string', format: 'date', 'x-native': 'date' } as const) : {}),
    'x-source': text,
  };
}

/** `5` is a number in R, `5L` an integer. */
function readConstant(text: string): Constant | undefined {
  if (/^(TRUE|FALSE)$/.test(text)) return { value: text === 'TRUE', type: 'boolean' };
  if (/^-?\d+L$/.test(text)) return { value: Number(text.slice(0, -1)), type: 'integer' };
  if (/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { value: Number(text), type: 'number' };
  const [, double, single] = QUOTED.exec(text) ?? [];
  const body = double ?? single;
  return body === undefined
    ? undefined
    : { value: body.replace(/\\(.)/gs, (_, kind: string) => ESCAPES[kind] ?? kind), type: 'string' };
}

function split(list: string): string[] {
  return list.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,"'])+/g)?.map((part) => part.trim()) ?? [];
}
