/**
 * Values of `link.config` that come from elsewhere: `{"env": NAME, "default": …}` as `link` 2.1.5 reads it (with
 * `NAME_FILE` naming a file instead, as containers do), `{"file": PATH}`, and `{"secret": NAME}` from the encrypted
 * store.
 */
import { AppError } from '../error.ts';
import { isJsonObject } from '../text/json.ts';
import type { Json, JsonObject } from '../text/json.ts';

/** Each throws AppError `invalid` with a message when the named value is not available. */
export interface Lookups {
  readonly variable: (name: string) => string | undefined;
  /** Content of a text file without its line end; the path may be relative to the file that names it. */
  readonly file: (path: string) => string;
  readonly secret: (name: string) => string;
}

export interface ResolvedValues {
  readonly values: JsonObject;
  /** Values that are secrets because of their source. */
  readonly secrets: readonly string[];
  readonly problems: readonly string[];
  /** Names of keys whose values only `link` can get, in the kernel (AWS). */
  readonly remote: readonly string[];
}

export function resolveValues(values: JsonObject, lookups: Lookups): ResolvedValues {
  const secrets: string[] = [];
  const problems: string[] = [];
  const remote: string[] = 'aws_secret_manager_key' in values ? ['aws_secret_manager_key'] : [];

  function resolve(value: Json, key: string): Json {
    if (Array.isArray(value)) return value.map((item: Json) => resolve(item, key));
    if (!isJsonObject(value)) return value;
    if ('ssm' in value) {
      remote.push(key);
      return value;
    }
    try {
      if ('env' in value) return fromVariable(String(value.env), value, lookups);
      const [only, ...others] = Object.entries(value);
      if (only && others.length === 0 && typeof only[1] === 'string') {
        if (only[0] === 'file') return lookups.file(only[1]);
        if (only[0] === 'secret') {
          const secret = lookups.secret(only[1]);
          secrets.push(secret);
          return secret;
        }
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(`"${key}": ${error.message}`);
      return null;
    }
    return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, resolve(item, `${key}.${inner}`)]));
  }
  const resolved = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, numberOfPort(key, resolve(value, key))]),
  );
  return { values: resolved, secrets, problems, remote };
}

function fromVariable(name: string, { default: fallback }: JsonObject, lookups: Lookups): Json {
  const value = lookups.variable(name);
  if (value !== undefined) return value;
  const file = lookups.variable(`${name}_FILE`);
  if (file !== undefined) return lookups.file(file);
  if (fallback !== undefined) return fallback;
  throw new AppError(
    'invalid',
    `The variable ${name} is not set. Set it, or ${name}_FILE to the path of a file that contains the value.`,
  );
}

/** A variable can contain only text, but drivers want a number. */
function numberOfPort(key: string, value: Json): Json {
  return key === 'port' && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
