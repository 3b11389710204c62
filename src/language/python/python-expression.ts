/** The type of a computed default, as far as its source shows: `date.today()` gives a date field, `a / 2` a number. */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { readLiteral } from './python-literal.ts';
import type { Scope } from './python-scope.ts';
import { unwrapped } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

const CALLS: readonly (readonly [RegExp, ParameterSchema])[] = [
  [
    /(^|\.)date\.(today|fromisoformat|fromtimestamp)$|\.date$|(^|\.)date$/,
    { type: 'string', format: 'date', 'x-native': 'date' },
  ],
  [
    /(^|\.)datetime\.(now|utcnow|today|fromisoformat|strptime)$|(^|\.)datetime$/,
    { type: 'string', format: 'date-time', 'x-native': 'datetime' },
  ],
  [/(^|\.)Path(\.(home|cwd))?$/, { type: 'string', 'x-native': 'path' }],
  [/(^|\.)(getenv|getuser|strftime|isoformat|format|join)$|^str$/, { type: 'string' }],
  [/^(int|len|round)$/, { type: 'integer' }],
  [/^float$/, { type: 'number' }],
  [/^bool$/, { type: 'boolean' }],
  [/^(list|sorted)$|\.split$/, { type: 'array' }],
  [/^dict$/, { type: 'object' }],
];

/** `{}` if the source does not show it. */
export function typeOfExpression(wrapped: Node, source: string, scope: Scope): ParameterSchema {
  const node = unwrapped(wrapped);
  switch (node.name) {
    case 'FormatString':
    case 'ContinuedString':
    case 'String':
      return { type: 'string' };
    case 'CallExpression': {
      const called = node.firstChild === null ? '' : calledName(node.firstChild, source);
      return scope.get(called) ?? CALLS.find(([pattern]) => pattern.test(called))?.[1] ?? {};
    }
    case 'MemberExpression':
      return /^(os\.)?environ\[/.test(textOf(node, source)) ? { type: 'string' } : {};
    case 'BinaryExpression':
      return typeOfOperation(node, source, scope);
    case 'DictionaryExpression':
      return { type: 'object' };
    case 'ArrayExpression':
      return { type: 'array' };
    case 'TupleExpression':
      return { type: 'array', 'x-native': 'tuple' };
    case 'SetExpression':
      return { type: 'array', uniqueItems: true, 'x-native': 'set' };
    default:
      return readLiteral(node, source, scope)?.schema ?? {};
  }
}

/** The called name without arguments in between: `datetime.now().date` as written. */
function calledName(node: Node, source: string): string {
  return textOf(node, source).replace(/\([^()]*\)/g, '');
}

function typeOfOperation(node: Node, source: string, scope: Scope): ParameterSchema {
  const [left, operator, right] = childrenOf(node);
  if (left === undefined || right === undefined || operator === undefined) return {};
  const sign = textOf(operator, source);
  if (/^([<>]=?|[=!]=|in|is)$/.test(sign)) return { type: 'boolean' };
  const first = typeOfExpression(left, source, scope);
  const second = typeOfExpression(right, source, scope);
  const numeric = isNumber(first) && isNumber(second);
  if (numeric)
    return sign === '/' || first.type === 'number' || second.type === 'number'
      ? { type: 'number' }
      : { type: 'integer' };
  const moment = first['x-native'] === 'date' || first['x-native'] === 'datetime';
  if ((sign === '-' || sign === '+') && moment && second['x-native'] === undefined) return first;
  if (sign === '/' && first['x-native'] === 'path') return first;
  return sign === '+' && first.type === 'string' && first['x-native'] === undefined ? { type: 'string' } : {};
}

function isNumber({ type }: ParameterSchema): boolean {
  return type === 'integer' || type === 'number';
}
