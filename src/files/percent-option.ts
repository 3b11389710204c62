/**
 * What stands behind the marker of a cell: `# %% Title [markdown] tags=["a"] language="bash"`, or the older JSON.
 * Source: https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
 */
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';

export interface PercentOptions {
  readonly type: 'code' | 'markdown' | 'raw';
  readonly metadata: JsonObject;
}

/** Longer lines are read up to here. */
const MOST_CHARS = 4000;
const TYPE = /\[(markdown|md|raw)\]/;
const KEY = /(?<![\w.@/-])([\w.@/-]+)\s*=$/;
/** Signs of equality in a line behind which no value stands. */
const MOST_MISSES = 20;
/** What Python writes otherwise than JSON; texts in double quotes stay as they are. */
const PYTHON = /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'|\b(True|False|None)\b|,(?=\s*[\]}])/g;
const WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** Never throws: what cannot be read is left out. */
export function readPercentOptions(line: string): PercentOptions {
  const text = line.slice(0, MOST_CHARS).trim();
  const json = text.search(/\{/);
  const equals = text.indexOf('=');
  const metadata = json >= 0 && (equals < 0 || json < equals) ? readObject(text.slice(json)) : readPairs(text);
  const named = TYPE.exec(text)?.[1] ?? metadata.cell_type;
  const type = named === 'raw' ? 'raw' : named === 'markdown' || named === 'md' ? 'markdown' : 'code';
  return { type, metadata };
}

/** From the right, as Jupytext does: a value is the shortest text behind a `=` that is one. */
function readPairs(text: string): JsonObject {
  const pairs: [string, Json][] = [];
  let [rest, misses] = [text, 0];
  for (let equals = rest.lastIndexOf('='); equals > 0 && misses < MOST_MISSES;) {
    const key = KEY.exec(rest.slice(0, equals + 1));
    const value = key === null ? undefined : readValue(rest.slice(equals + 1).trim());
    if (key === null || value === undefined) {
      equals = rest.lastIndexOf('=', equals - 1);
      misses += 1;
    } else {
      pairs.unshift([key[1] ?? '', value]);
      rest = rest.slice(0, key.index).trimEnd();
      equals = rest.lastIndexOf('=');
    }
  }
  return Object.fromEntries(pairs);
}

/** JSON, or what Python writes: `['a']`, `True`. Undefined for anything else. */
function readValue(text: string): Json | undefined {
  if (!/^(?:"[^"]*"|'[^']*'|[[{].*[\]}]|true|false|null|True|False|None|-?\d[\d.]*)$/.test(text)) return undefined;
  return tryJson(text) ?? tryJson(text.replace(PYTHON, inJson));
}

function inJson(found: string, single?: string, word?: string): string {
  if (word !== undefined) return WORDS[word] ?? '';
  if (single === undefined) return found === ',' ? '' : found;
  const text = single.replace(/\\.|"/g, (sign) => (sign === "\\'" ? "'" : sign === '"' ? '\\"' : sign));
  return `"${text}"`;
}

function readObject(text: string): JsonObject {
  const value = readValue(text);
  return isJsonObject(value) ? value : {};
}

function tryJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
