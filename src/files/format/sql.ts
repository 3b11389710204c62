/**
 * SQL files whose head names a connection: a cell for each statement, or for each `-- %%`. A statement runs on the
 * connection; `:name` is bound to the value of the input.
 */
import type { JsonObject } from '../../domain/text/json.ts';
import { readPercentOptions } from '../percent-option.ts';
import { type Format, headerCell, kernelOf, linesOf, readMapping, type TextCell, trimmed } from './format.ts';

export const sql: Format = { name: 'SQL', extensions: ['.sql'], read };

const CONNECTION = /^[A-Za-z][A-Za-z0-9_.-]{0,100}$/;

function read(text: string) {
  const lines = linesOf(text);
  const { header, from } = readHead(lines);
  const { connection, ...rest } = header;
  if (typeof connection !== 'string' || !CONNECTION.test(connection)) return undefined;
  const body = lines.slice(from);
  const cells = body.some((line) => MARKER.test(line))
    ? markedCells(body, connection)
    : statementCells(body, connection);
  return { metadata: kernelOf('python'), cells: [...headerCell(rest), ...cells] };
}

/** `-- connection: shop` lines, or YAML in comments between `-- ---`. */
function readHead(lines: readonly string[]): { readonly header: JsonObject; readonly from: number } {
  const isFramed = /^--\s*---\s*$/.test(lines[0] ?? '');
  const end = lines.findIndex((line, at) =>
    isFramed ? at > 0 && /^--\s*---\s*$/.test(line) : !/^--\s*[\w-]+:/.test(line),
  );
  if (isFramed && end < 0) return { header: {}, from: 0 };
  const head = lines.slice(isFramed ? 1 : 0, end < 0 ? lines.length : end);
  const yaml = head.map((line) => line.replace(/^-- ?/, '')).join('\n');
  return { header: readMapping(yaml), from: end < 0 ? lines.length : end + (isFramed ? 1 : 0) };
}

function statement(source: string, connection: string): TextCell {
  return { type: 'code', source: `%%script_runner_sql ${connection}\n${source}` };
}

const MARKER = /^-- ?%%(?:[ \t](.*))?$/;

function markedCells(lines: readonly string[], connection: string): TextCell[] {
  const cells: { options: string; lines: string[] }[] = [{ options: '', lines: [] }];
  for (const line of lines) {
    const marker = MARKER.exec(line);
    if (marker === null) cells.at(-1)?.lines.push(line);
    else cells.push({ options: marker[1] ?? '', lines: [] });
  }
  return cells.flatMap(({ options, lines: own }): TextCell[] => {
    const { type, metadata } = readPercentOptions(options);
    const source = trimmed(own);
    if (source === '') return [];
    return type === 'code'
      ? [{ ...statement(source, connection), metadata }]
      : [{ type, source: source.replace(/^-- ?/gm, ''), metadata }];
  });
}

function statementCells(lines: readonly string[], connection: string): TextCell[] {
  return statementsOf(lines.join('\n')).map((source) => statement(source, connection));
}

/** Quoted texts and names, comments, and everything in between; what is not closed ends with the text. */
const TOKEN =
  /'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|\$(?:[A-Za-z_]\w*)?\$|;|[^'"`\-/$;]+|[^]/g;
/** Of `$tag$ … $tag$`: after so many that nothing closes, none is looked for. */
const MOST_OPEN = 20;

/** Statements without their semicolons; those that are nothing but comments are left out. Takes linear time. */
export function statementsOf(text: string): string[] {
  const statements: string[] = [];
  const tokens = new RegExp(TOKEN);
  let [from, open, isEmpty] = [0, 0, true];
  const end = (at: number): void => {
    if (!isEmpty) statements.push(text.slice(from, at).trim());
    isEmpty = true;
  };
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [token] = found;
    if (token === ';') {
      end(found.index);
      from = tokens.lastIndex;
    } else if (!token.startsWith('--') && !token.startsWith('/*') && token.trim() !== '') isEmpty = false;
    if (token.startsWith('$') && token.length > 1 && open < MOST_OPEN) {
      const close = text.indexOf(token, tokens.lastIndex);
      if (close < 0) open += 1;
      else tokens.lastIndex = close + token.length;
    }
  }
  end(text.length);
  return statements;
}
