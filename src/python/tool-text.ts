/** What the tools that build environments print, as people are shown it. */
import { withoutEscapes } from '../domain/text/ansi.ts';

/** As many characters of a line are read; the rest is dropped. */
const LINE_CHARS = 10_000;
const R_LINES = 20;
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** Without colours, overwritten progress, passwords in addresses, and the path of the private `folder`. */
export function toolText(text: string, folder?: string): string {
  const plain = withoutEscapes(text)
    .replace(/\r+\n/g, '\n')
    .replace(/^.*\r/gm, '')
    .replace(CONTROLS, '')
    .replace(/(\w:\/\/)[^/@\s]+@/g, '$1***@')
    // a token of a conda channel
    .replace(/(\w:\/\/[^/\s]+\/t\/)[^/\s]+\//g, '$1***/');
  return folder === undefined ? plain : plain.replaceAll(`${folder}/`, '');
}

/** What R says of its failure: from its error on, and not more than some lines of what it says of its work. */
export function errorOfR(text: string): string {
  const [, error = text] = /^(Error(?:: | in )[^]*)$/m.exec(text) ?? [];
  return error
    .replace(/\nExecution halted\s*$/, '')
    .trim()
    .split('\n')
    .slice(-R_LINES)
    .join('\n');
}

/** Passes on the lines before the first one of an error: it is shown as the reason why the command failed. */
export function untilError(say: (line: string) => void): (line: string) => void {
  let isError = false;
  return (line) => {
    isError ||= /^\s*(?:error:|×|Error: |Error in )/.test(line);
    if (!isError) say(line);
  };
}

export interface LineReader {
  readonly add: (text: string) => void;
  /** The last line has no end. */
  readonly end: () => void;
}

/** Splits what arrives in pieces into lines, without empty ones; a carriage return also ends a line. */
export function readLines(onLine: (line: string) => void): LineReader {
  let rest = '';
  const pass = (line: string) => {
    if (line.trim() !== '') onLine(line.trimEnd());
  };
  return {
    add(text) {
      const lines = (rest + text).split(/[\r\n]/);
      rest = (lines.pop() ?? '').slice(0, LINE_CHARS);
      lines.forEach(pass);
    },
    end() {
      pass(rest);
      rest = '';
    },
  };
}
