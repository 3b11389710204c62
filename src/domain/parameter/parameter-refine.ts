/**
 * Merges parameters from several places into one schema: the declarations of the cell, refined by rows, metadata and
 * sidecar.
 */
import { defined } from '../defined.ts';
import type { DeclaredParameter } from './language.ts';
import { fileRule } from './parameter-file.ts';
import { withWidget } from './parameter-widget.ts';
import { isPassword, NO_PARAMETERS, type ParameterSchema, type ParametersSchema } from './parameter.ts';

/** What a later place says about parameters: known ones are refined, new ones added at the end. */
export interface Refinement {
  readonly properties: Readonly<Record<string, ParameterSchema>>;
  /** Names that must be given although they have a default; all new ones without a default are required anyway. */
  readonly required: readonly string[];
}

/** Stands for a default password in the notebook: schemas are public. */
const HIDDEN = '••••••';

/** Later refinements override earlier ones, key by key. A password's default is never part of the schema. */
export function mergeParameters(
  declared: readonly DeclaredParameter[],
  refinements: readonly Refinement[],
): ParametersSchema {
  const properties = new Map(declared.map(({ name, schema }) => [name, schema]));
  const required = new Set(declared.filter((parameter) => parameter.required).map(({ name }) => name));
  for (const refinement of refinements) {
    for (const [name, schema] of Object.entries(refinement.properties)) {
      const known = properties.get(name);
      const merged = known === undefined ? schema : keepNative(known, refine(known, schema));
      properties.set(name, merged);
      if (merged.default !== undefined || merged['x-source'] !== undefined) required.delete(name);
      else if (known === undefined && !isOptional(merged)) required.add(name);
    }
    for (const name of refinement.required) if (properties.has(name)) required.add(name);
  }
  const own = new Set(declared.map(({ name }) => name));
  for (const [name, schema] of properties) {
    if (!isPassword(schema) || typeof schema.default !== 'string') continue;
    const { default: _secret, ...rest } = schema;
    properties.set(name, own.has(name) ? { ...rest, 'x-source': HIDDEN } : rest);
    if (!own.has(name)) required.add(name);
  }
  return {
    ...NO_PARAMETERS,
    properties: Object.fromEntries(inOrder([...properties]).map(([name, schema]) => [name, withWidget(schema)])),
    required: [...properties.keys()].filter((name) => required.has(name)),
  };
}

function refine(known: ParameterSchema, refinement: ParameterSchema): ParameterSchema {
  const { 'x-source': source, default: fallback, 'x-labels': labels, ...rest } = known;
  const kept = {
    ...rest,
    ...(refinement.default === undefined
      ? {
          ...(source === undefined ? {} : { 'x-source': source }),
          ...defined({ default: fallback }),
        }
      : {}),
    ...(refinement.enum === undefined && labels !== undefined ? { 'x-labels': labels } : {}),
  };
  const changed = refinement.type !== undefined && String(refinement.type) !== String(known.type);
  if (!changed) return { ...kept, ...refinement };
  const {
    'x-native': _native,
    'x-class': _class,
    format: _format,
    items: _items,
    additionalProperties: _values,
    'x-keys': _keys,
    ...plain
  } = kept;
  return {
    ...plain,
    ...refinement,
    ...(refinement.default === undefined && source !== undefined ? { 'x-source': source } : {}),
  };
}

/** A file is as native as the cell says: `Path` for `x: Path` and `x: list[Path]`. */
function keepNative(known: ParameterSchema, merged: ParameterSchema): ParameterSchema {
  const rule = fileRule(merged);
  const native = known['x-native'] === 'path' || known.items?.['x-native'] === 'path';
  if (rule === undefined || !native) return merged;
  const each = { ...rule.each, 'x-native': 'path' } as const;
  return rule.isSeveral ? { ...merged, items: each } : each;
}

function isOptional({ type }: ParameterSchema): boolean {
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}

/** Sorted by `x-order` if the author gives one; the rest keeps its order after them. */
function inOrder(entries: readonly (readonly [string, ParameterSchema])[]): (readonly [string, ParameterSchema])[] {
  return entries.toSorted(([, a], [, b]) => (a['x-order'] ?? Infinity) - (b['x-order'] ?? Infinity) || 0);
}
