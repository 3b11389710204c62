/** Reads `.link/link.config`: strict JSON, as `link` needs it, with the position of each mistake and each key. */
import { iterator, parse } from '@humanwhocodes/momoa';
import type { AnyNode, DocumentNode, MemberNode, ValueNode } from '@humanwhocodes/momoa';
import { dirname } from 'node:path';
import { PlainFileError, readPlainTextSync } from '../disk/plain-file.ts';
import type { ConnectionProblem } from '../domain/connection/connection.ts';
import type { Locate } from '../domain/connection/connection-config.ts';
import { isJsonObject } from '../domain/text/json.ts';
import type { JsonObject } from '../domain/text/json.ts';

export interface LinkConfig {
  /** Empty if the file does not exist or cannot be read. */
  readonly config: JsonObject;
  readonly locate: Locate;
  readonly problems: readonly ConnectionProblem[];
}

const MOST_BYTES = 4 * 1024 * 1024;
const NOWHERE: Locate = () => undefined;

export function readLinkConfig(path: string): LinkConfig {
  try {
    return parseLinkConfig(readPlainTextSync(path, MOST_BYTES));
  } catch (error) {
    if (error instanceof PlainFileError)
      return broken({ what: error.reason === 'large' ? 'The file is larger than 4 MB.' : 'This is not a plain file.' });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { config: {}, locate: NOWHERE, problems: [] };
    if (code === 'ENOTDIR')
      return broken({
        what: `${dirname(path)} is not a folder.`,
        remedy: 'Move it away, and put link.config into a folder of that name.',
      });
    return broken({
      what: `The file cannot be read: ${message}.`,
      remedy: 'Give the server’s user the right to read it.',
    });
  }
}

export function parseLinkConfig(text: string): LinkConfig {
  const json = text.replace(/^\ufeff/, '');
  let document: DocumentNode;
  try {
    document = parse(json);
  } catch (error) {
    return broken(syntaxMistake(json, offsetOf(json, (error as { offset: number }).offset)));
  }
  const mistake = firstMistake(document, json);
  if (mistake) return broken(mistake);
  const config: unknown = JSON.parse(json);
  if (!isJsonObject(config))
    return broken({ what: 'The file must contain one object.', remedy: 'For example {"dbs": {}}.' });
  return { config, locate: (keys) => locate(document.body, keys), problems: [] };
}

function broken(problem: ConnectionProblem): LinkConfig {
  return { config: {}, locate: NOWHERE, problems: [problem] };
}

/** Mistakes that the parser accepts: raw control characters in texts, and duplicate keys. */
function firstMistake(document: DocumentNode, json: string): ConnectionProblem | undefined {
  for (const step of iterator(document)) {
    if (step.phase !== 'enter') continue;
    const node = step.node as AnyNode;
    const { line, column, offset } = node.loc.start;
    if (node.type === 'String' && /[\0-\x1f]/.test(json.slice(offset, node.loc.end.offset))) {
      return {
        what: 'A text contains a line break or another control character.',
        where: `line ${line}, column ${column}`,
        remedy: 'Write \\n for a line break.',
      };
    }
    if (node.type !== 'Object') continue;
    const seen = new Set<string>();
    for (const member of node.members) {
      const key = keyOf(member);
      const place = member.name.loc.start;
      if (seen.has(key))
        return {
          what: `The key "${key}" occurs twice.`,
          where: `line ${place.line}, column ${place.column}`,
          remedy: 'Remove or rename one of them.',
        };
      seen.add(key);
    }
  }
  return undefined;
}

/** The engine's own position if it reports one, since the parser's is wrong at the end of a file. */
function offsetOf(json: string, fallback: number): number {
  try {
    JSON.parse(json);
    return fallback;
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    if (position !== undefined) return Number(position);
    return message.startsWith('Unexpected end') ? json.length : fallback;
  }
}

function syntaxMistake(json: string, offset: number): ConnectionProblem {
  const before = json.slice(0, offset).trimEnd();
  const rest = json.slice(offset);
  const lines = json.slice(0, offset).split(/\r\n|\r|\n/);
  const found = rest === '' ? 'it ends too early' : `unexpected ${JSON.stringify(/^\w+|[^]/u.exec(rest)![0])}`;
  return {
    what: `The file is not valid JSON: ${found}.`,
    where: `line ${lines.length}, column ${lines.at(-1)!.length + 1}`,
    remedy: remedyFor(before.at(-1), rest),
  };
}

function remedyFor(before: string | undefined, rest: string): string {
  if (rest === '') return 'Is a closing bracket missing?';
  if (rest.startsWith("'")) return 'JSON allows only double quotes.';
  if (/^(?:#|\/\/|\/\*)/.test(rest)) return 'JSON allows no comments.';
  if (/^(?:True|False|None)\b/.test(rest)) return 'JSON writes true, false and null.';
  if (before === ',' && /^[}\]]/.test(rest)) return 'Remove the comma before it.';
  if (before !== undefined && /["\d}\]el]/.test(before) && /^["{[\d]/.test(rest))
    return 'Is a comma missing before it?';
  return 'Compare with the example in the documentation.';
}

function locate(root: ValueNode, keys: readonly string[]): string | undefined {
  let value: ValueNode = root;
  let place = root.loc.start;
  for (const key of keys) {
    const member: MemberNode | undefined =
      value.type === 'Object' ? value.members.find((item) => keyOf(item) === key) : undefined;
    if (!member) return undefined;
    place = member.name.loc.start;
    value = member.value;
  }
  return `line ${place.line}, column ${place.column}`;
}

function keyOf({ name }: MemberNode): string {
  return name.type === 'String' ? name.value : name.name;
}
