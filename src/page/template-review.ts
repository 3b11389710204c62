/**
 * Files in the project's `templates/` that are not used: those of Tornado, and those with unknown names. Nothing of
 * them is executed.
 */
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { REPORT_STYLE, readReportStyle } from './report-style.ts';
import { readPlainFile } from '../disk/plain-file.ts';
import type { ScriptProblem } from '../domain/problem.ts';

export interface UnusedTemplate {
  /** Path in the project folder. */
  readonly file: string;
  readonly problem: ScriptProblem;
}

const MARKUP = /^\.(html?|tpl|tmpl|tornado)$/i;
const TORNADO =
  /\{%-?\s*(end|extends|module|raw|set|from|import|try|while|autoescape|whitespace)\b|\{\{[^}]*\b(escape|static_url|xsrf_form_html|reverse_url|handler|current_user)\b|\{%\s*(if|for|block)\b/;
const NO_FOLDER: UnusedTemplate = {
  file: 'templates',
  problem: { what: 'This is not a folder.', remedy: 'Move it away, and put the templates into a folder of that name.' },
};
const FILES = 200;
/** Larger files are listed, but not read. */
const BYTES = 1_000_000;

/** Empty if there is no such folder. */
export async function reviewTemplates(directory: string): Promise<readonly UnusedTemplate[]> {
  const style = readReportStyle(directory).problem;
  const broken = style === undefined ? [] : [{ file: `templates/${REPORT_STYLE}`, problem: style }];
  const names = await readdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => error);
  if (!Array.isArray(names)) return names.code === 'ENOTDIR' ? [NO_FOLDER] : [];
  const files = names
    .filter((name) => MARKUP.test(extname(name)))
    .sort()
    .slice(0, FILES);
  const unused = await Promise.all(
    files.map(async (name) => {
      const text = await textOf(join(directory, name));
      const at = TORNADO.exec(text);
      return {
        file: `templates/${name}`,
        problem: {
          what:
            at === null
              ? 'This file is not used: templates are named NAME.liquid.'
              : 'This is a Tornado template. It is not used, and never executed.',
          ...(at === null ? {} : { where: `line ${text.slice(0, at.index).split('\n').length}` }),
          remedy:
            'Write its changes as a Liquid template named after the page, such as templates/layout.liquid; docs/templates.md shows how.',
        },
      };
    }),
  );
  return [...broken, ...unused];
}

async function textOf(path: string): Promise<string> {
  const file = await readPlainFile(path, BYTES).catch(() => undefined);
  return file === undefined ? '' : Buffer.from(file.bytes).toString('utf8');
}
