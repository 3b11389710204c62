/**
 * Mercury's widgets in the code as inputs: `region = mr.Select(label="Region", choices=["a", "b"])`. Source:
 * https://runmercury.com/docs/
 */
import { defined } from '../../domain/defined.ts';
import type { Json } from '../../domain/text/json.ts';
import type { CalledParameter, ReviewFinding } from '../../domain/parameter/language.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { fileSchema } from '../../domain/parameter/parameter-file.ts';
import {
  argument,
  argumentNode,
  type Call,
  callsOf,
  type Constants,
  constantsOf,
  textArgument,
} from './python-call.ts';
import { encodeString } from './python-string.ts';
import { textOf } from '../syntax-tree.ts';

const IMPORT = /^[ \t]*import\s+mercury\b(?:\s+as\s+(\w+))?|^[ \t]*from\s+mercury\s+import\b/m;
const KINDS =
  'Text|TextInput|TextArea|Numeric|NumberInput|Slider|Range|Select|MultiSelect|Checkbox|CheckBox|Date|DateInput|UploadFile';
const WIDGET = new RegExp(String.raw`^(?:[A-Za-z_]\w*\.)?(${KINDS})$`);

export function isMercury(cells: readonly string[]): boolean {
  return cells.some((source) => IMPORT.test(source));
}

interface Widget extends CalledParameter {
  readonly kind: string;
  readonly label: string;
}

/** Of widgets that are assigned to a variable at top level; the variable's name is the input's. */
export function readMercury(cells: readonly string[]): CalledParameter[] {
  return widgetsOf(cells).map(({ kind: _kind, label: _label, ...parameter }) => parameter);
}

function widgetsOf(cells: readonly string[]): Widget[] {
  if (!isMercury(cells)) return [];
  const constants = constantsOf(cells);
  const found = new Map<string, Widget>();
  for (const call of callsOf(cells, WIDGETS)) {
    const widget = readWidget(call, constants, cells);
    if (widget !== undefined && !found.has(widget.name)) found.set(widget.name, widget);
  }
  return [...found.values()];
}

const WIDGETS = new RegExp(String.raw`(?:^|[^\w])(?:${KINDS})(?:\s*\(|$)`);

/** `mr` of `import mercury as mr`; widgets that are imported by their own names have none. */
function isOfMercury(called: string, cells: readonly string[]): boolean {
  const [before, after] = called.split('.');
  if (after === undefined) return cells.some((source) => /^[ \t]*from\s+mercury\s+import\b/m.test(source));
  return cells.some((source) => {
    const [found, alias] = IMPORT.exec(source) ?? [];
    return found !== undefined && (alias ?? 'mercury') === before;
  });
}

function readWidget(call: Call, constants: Constants, cells: readonly string[]): Widget | undefined {
  const [, kind] = WIDGET.exec(call.called) ?? [];
  const { target: name, cell } = call;
  if (kind === undefined || name === undefined || !isOfMercury(call.called, cells)) return undefined;
  const label = textArgument(call, kind === 'UploadFile' ? 0 : -1, 'label', constants) ?? '';
  const schema: ParameterSchema = {
    ...schemaOf(kind, call, constants),
    ...defined({ title: label === '' ? undefined : label }),
  };
  return { name, schema, required: false, call: call.called, cell, kind, label };
}

function schemaOf(kind: string, call: Call, constants: Constants): ParameterSchema {
  const read = (name: string): Json | undefined => argument(call, -1, name, constants)?.value;
  const node = argumentNode(call, -1, 'value');
  const value = read('value');
  const start = (usual: Json): ParameterSchema =>
    node === undefined
      ? { default: usual }
      : value === undefined
        ? { 'x-source': textOf(node, call.source) }
        : { default: value };
  if (kind === 'UploadFile') return uploadSchema(call, constants);
  const isText = kind.startsWith('Text');
  if (isText)
    return {
      type: 'string',
      ...(kind === 'TextArea' || Number(read('rows') ?? 1) > 1 ? { format: 'textarea' } : {}),
      ...start(''),
    };
  if (kind.startsWith('Check')) return { type: 'boolean', ...start(kind === 'Checkbox') };
  if (kind.startsWith('Date'))
    return { type: 'string', format: 'date', ...(value === undefined ? open(call) : start('')) };
  if (kind.endsWith('Select')) return choiceSchema(kind, call, constants);
  return numberSchema(kind, read, start);
}

function numberSchema(
  kind: string,
  read: (name: string) => Json | undefined,
  start: (usual: Json) => ParameterSchema,
): ParameterSchema {
  const [min, max] = [read('min'), read('max')];
  const whole = [read('value') ?? 0, min ?? 0, max ?? 0, read('step') ?? 1].flat().every(Number.isInteger);
  const number: ParameterSchema = {
    type: whole ? 'integer' : 'number',
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
  };
  if (kind !== 'Range') return { ...number, ...start(typeof min === 'number' && min > 0 ? min : 0) };
  return { type: 'array', items: number, minItems: 2, maxItems: 2, 'x-widget': 'range', ...start([0, 1]) };
}

/** Its arguments may stand without their names. An app works without a file until one is given. */
function uploadSchema(call: Call, constants: Constants): ParameterSchema {
  const read = (at: number, name: string): Json | undefined => argument(call, at, name, constants)?.value;
  const file = fileSchema(read(3, 'accept'), read(1, 'max_file_size') ?? '100MB');
  return read(2, 'multiple') === true
    ? { type: 'array', items: file, default: [] }
    : { ...file, type: ['string', 'null'], default: null };
}

/** Choices that only a run can tell: any text, checked by the widget itself. */
function choiceSchema(kind: string, call: Call, constants: Constants): ParameterSchema {
  const choices = argument(call, -1, 'choices', constants)?.value;
  const value = argument(call, -1, 'value', constants)?.value;
  const isSeveral = kind === 'MultiSelect';
  if (!Array.isArray(choices) || choices.length === 0)
    return isSeveral ? { type: 'array', items: { type: 'string' }, ...open(call) } : { type: 'string', ...open(call) };
  const known = choices as readonly Json[];
  if (isSeveral) return { type: 'array', items: { enum: known }, uniqueItems: true, default: value ?? [] };
  return { enum: known, default: known.includes(value ?? null) ? (value ?? null) : (known[0] ?? null) };
}

/** The run computes the first value: what is shown in the empty field. */
function open(call: Call): ParameterSchema {
  const node = argumentNode(call, -1, 'value') ?? argumentNode(call, -1, 'choices');
  return { 'x-source': node === undefined ? '…' : textOf(node, call.source).slice(0, 200) };
}

/** Widgets of the kernel with the values of the run; which call is which input is told by its kind and label. */
export function mercurySource(cells: readonly string[]): string | undefined {
  if (!isMercury(cells)) return undefined;
  const known = widgetsOf(cells).map(({ kind, label, name }) => [kind, label, name]);
  return `from script_runner import _mercury; _mercury.install(${encodeString(JSON.stringify(known))})`;
}

export function reviewMercury(cells: readonly string[]): ReviewFinding[] {
  if (!isMercury(cells)) return [];
  const constants = constantsOf(cells);
  return callsOf(cells, WIDGETS).flatMap((call): ReviewFinding[] => {
    const [, kind] = WIDGET.exec(call.called) ?? [];
    if (kind === undefined || !isOfMercury(call.called, cells)) return [];
    const place = { code: 'unread-widget' as const, cell: call.cell, line: call.line };
    if (call.target === undefined) {
      const what =
        'This widget is not assigned to a variable at top level, so it becomes no input and keeps its value.';
      return [{ ...place, what, remedy: `Write: name = ${call.called}(…)` }];
    }
    const isOpen = kind.endsWith('Select') && !Array.isArray(argument(call, -1, 'choices', constants)?.value);
    const what = 'The choices of this widget are computed, so the form has a text field for it.';
    return isOpen ? [{ ...place, what, remedy: 'Write the choices as a list, where they are known.' }] : [];
  });
}
