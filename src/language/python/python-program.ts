/** Plain programs: their arguments as inputs, and what the kernel needs to run them. */
import type { CalledParameter, ReviewFinding } from '../../domain/parameter/language.ts';
import { markedProgram } from '../../domain/notebook/program-cell.ts';
import type { ProgramReading } from '../program/program-argument.ts';
import { readArgparse } from './python-argparse.ts';
import { readClick } from './python-click.ts';
import { readDocopt } from './python-docopt.ts';
import { encodeString } from './python-string.ts';
import { readTyper } from './python-typer.ts';

/** Longer programs have no inputs; `reviewBound` says so. */
const MOST_CHARS = 200_000;
const NOTHING: ProgramReading = { arguments: [], findings: [] };

interface ProgramCell extends ProgramReading {
  readonly cell: number;
}

export function isProgram(cells: readonly string[]): boolean {
  return cells.some((source) => markedProgram(source) !== undefined);
}

function programOf(cells: readonly string[]): ProgramCell | undefined {
  const cell = cells.findIndex((source) => markedProgram(source) !== undefined);
  if (cell < 0) return undefined;
  const { source } = markedProgram(cells[cell] ?? '') ?? { source: '' };
  const readings = source.length > MOST_CHARS ? [NOTHING] : readersOf(source).map((read) => read(source, MOST_CHARS));
  const found = readings.find((reading) => reading.arguments.length > 0) ?? NOTHING;
  return { ...found, cell, findings: readings.flatMap(({ findings }) => findings) };
}

function readersOf(source: string) {
  return [
    { imports: /\bargparse\b/, read: readArgparse },
    { imports: /\bclick\b/, read: readClick },
    { imports: /\btyper\b/, read: readTyper },
    { imports: /^[ \t]*(?:from|import)[ \t]+docopt\b/m, read: readDocopt },
  ].flatMap(({ imports, read }) => (imports.test(source) ? [read] : []));
}

export function readProgram(cells: readonly string[]): CalledParameter[] {
  const found = programOf(cells);
  if (found === undefined) return [];
  const { cell } = found;
  return found.arguments.map(({ name, schema, required, call }) => ({ name, schema, required, call, cell }));
}

export function programSource(cells: readonly string[]): string | undefined {
  const found = programOf(cells);
  if (found === undefined) return undefined;
  const known = {
    arguments: found.arguments
      .filter(({ isCommand }) => isCommand !== true)
      .map(({ name, form, option, off, command, schema }) => ({
        name,
        form,
        option,
        off,
        command,
        default: form === 'flag' && off !== undefined && off !== option ? undefined : schema.default,
      })),
    commands: found.commands,
  };
  return `from script_runner import _program; _program.install(${encodeString(JSON.stringify(known))})`;
}

export function reviewProgram(cells: readonly string[]): ReviewFinding[] {
  const found = programOf(cells);
  if (found === undefined) return [];
  return found.findings.map((finding) => ({ ...finding, code: 'unread-code', cell: found.cell }));
}
