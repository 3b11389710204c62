/**
 * Colab's form comments: `#@param [options] {config}` after an assignment. Source:
 * https://colab.research.google.com/notebooks/forms.ipynb
 */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import { tryYaml } from '../../domain/text/yaml-parse.ts';
import { isMultiple } from '../../domain/text/number-text.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';

/**
 * What the comment (without its `#`) says about a parameter with this default; undefined if it is not a form comment.
 */
export function readColabComment(comment: string, literal: ParameterSchema): ParameterSchema | undefined {
  const [found, options, config] = /^@param\b\s*(\[.*\])?\s*(\{.*\})?/.exec(comment) ?? [];
  if (found === undefined) return undefined;
  const settings = readLiteral(config);
  const choices = readLiteral(options);
  const type = isJsonObject(settings) ? { ...ofType(settings, literal), ...placeholderOf(settings) } : {};
  const isOpen = isJsonObject(settings) && (settings['allow-input'] === true || settings.type === 'raw');
  if (!Array.isArray(choices) || choices.length === 0) return type;
  return isOpen ? { ...type, examples: choices as Json[] } : { ...type, enum: choices as Json[] };
}

function placeholderOf({ placeholder }: JsonObject): ParameterSchema {
  return typeof placeholder === 'string' && placeholder !== '' ? { 'x-placeholder': placeholder } : {};
}

function ofType(settings: JsonObject, literal: ParameterSchema): ParameterSchema {
  switch (settings.type) {
    case 'string':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer' };
    case 'number':
      return { type: 'number' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'slider':
      return slider(settings, literal);
    default:
      return {};
  }
}

function slider({ min, max, step }: JsonObject, literal: ParameterSchema): ParameterSchema {
  const whole = [min, max, step ?? 1, literal.default ?? 0].every(Number.isInteger);
  const fits = typeof step === 'number' && step > 0 && (typeof min !== 'number' || isMultiple(min, step));
  return {
    type: whole ? 'integer' : 'number',
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
    ...(fits ? { multipleOf: step } : {}),
  };
}

/** The largest lists of choices have a tenth of this. */
const MOST_CHARS = 500_000;
/** A key without quotes, or a text, which stays as it is. */
const UNQUOTED_KEY = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|([{,]\s*)([\w-]+)\s*:\s*/g;

/** Converts a JavaScript literal, whose keys may be unquoted, to YAML, which parses the rest of it. */
function readLiteral(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  const yaml = text.replace(UNQUOTED_KEY, (found: string, before?: string, key?: string) =>
    key === undefined ? found : `${before ?? ''}"${key}": `,
  );
  return tryYaml(yaml, MOST_CHARS);
}
