/** Types of arguments as programs name them: `int`, `Path`, `click.INT`, `argparse.FileType("r")`. */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';

const TYPES: Readonly<Record<string, ParameterSchema>> = {
  int: { type: 'integer' },
  INT: { type: 'integer' },
  float: { type: 'number' },
  FLOAT: { type: 'number' },
  str: { type: 'string' },
  bool: { type: 'boolean' },
  BOOL: { type: 'boolean' },
  Path: { type: 'string' },
  DateTime: { type: 'string', format: 'date' },
  fromisoformat: { type: 'string', format: 'date' },
};

/** Undefined for a type that is not known: its values are texts. */
export function typeOfText(text: string): ParameterSchema | undefined {
  const plain = text.replace(/\s/g, '');
  if (/^(?:argparse\.)?FileType\((?:["']r|mode=["']r|\))/.test(plain) || /^(?:click\.)?File\((?:["']r|\))/.test(plain))
    return { type: 'string', format: 'file' };
  const [, name = ''] = /([A-Za-z]\w*)(?:\(.*\))?$/.exec(plain) ?? [];
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}
