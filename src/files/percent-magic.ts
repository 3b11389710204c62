/**
 * The commands of IPython that Jupytext writes as comments, so that the file is Python: `# %%time`, `# !ls`.
 * Source: https://jupytext.readthedocs.io/en/latest/formats-scripts.html#magic-commands
 */

/** Magics, commands of the shell, and either in an assignment, behind one or several `#`. */
const MAGIC = /^\s*(?:#\s?)*%{1,3}[a-zA-Z]/;
const COMMAND = /^\s*(?:#\s?)+\s*[!?]\s*[A-Za-z.~$\\/{}]/;
const ASSIGNED = /^(?:#\s?)*\s*[a-zA-Z_]\w*\s*=\s*(?:%{1,3}|!)\s*[a-zA-Z./~{$]/;
/** Jupytext escapes these, too; in a file that it has not written, `# copy the file` is a comment. */
const AUTOMAGIC = /^(?:#\s?)*(?:cat|cd|cp|mv|rm|rmdir|mkdir|copy|ddir|echo|ls|ldir|ren)(?:$|\s$|\s[^=,])/;
const HELP = /^\s*(?:# )*\S*\?\s*$/;
const CONTINUED = /\\\s*$/;

/** Which quotes are open behind a line: undefined where none are. */
export type OpenQuote = '"""' | "'''" | undefined;

const QUOTE = /\\.|"""|'''|"|'|#/g;

/** The quotes that are open at the end of the line, given those at its start. */
export function quoteAfter(line: string, open: OpenQuote): OpenQuote {
  let within: string | undefined = open;
  for (const [token] of line.matchAll(QUOTE)) {
    if (token.startsWith('\\')) continue;
    if (within === undefined) {
      if (token === '#') break;
      within = token;
    } else if (token === within) within = undefined;
    else if (within.length === 1 && token.startsWith(within)) within = undefined;
  }
  return within?.length === 3 ? (within as OpenQuote) : undefined;
}

/** The cell's code with its commands as IPython takes them; `byJupytext`: Jupytext has written the file. */
export function uncommentMagics(source: string, byJupytext: boolean): string {
  let open: OpenQuote;
  let isContinued = false;
  const lines = source.split('\n').map((line) => {
    if (open !== undefined || !(isContinued || isMagic(line, byJupytext))) {
      isContinued = false;
      open = quoteAfter(line, open);
      return line;
    }
    isContinued = CONTINUED.test(line);
    const plain = line.replace(/^(\s*)# ?/, '$1');
    open = plain === line ? quoteAfter(line, open) : open;
    return plain;
  });
  return lines.join('\n');
}

function isMagic(line: string, byJupytext: boolean): boolean {
  return (
    MAGIC.test(line) ||
    COMMAND.test(line) ||
    ASSIGNED.test(line) ||
    (byJupytext && (AUTOMAGIC.test(line) || HELP.test(line)))
  );
}
