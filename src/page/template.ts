/** The page templates: the built-in ones, or those of the project's `templates/` folder with the same name. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, extname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Liquid } from 'liquidjs';
import { plainFileReason, readPlainTextSync } from '../disk/plain-file.ts';

/** A problem of one of the project's templates. */
export interface TemplateProblem {
  /** `history.liquid`; empty if unknown. */
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

export interface Templates {
  /**
   * Renders the named template to HTML. Synchronous: a promise for each part takes three times as long. Values are
   * escaped unless the template says `raw`. If a project's template fails, the built-in one is rendered instead, and
   * its scope has the `templateProblem`.
   */
  render(name: string, scope: object): string;
}

export interface TemplateOptions {
  /** Folder of templates that replace the built-in ones; may be missing. A changed file is used at once. */
  readonly directory?: string | undefined;
  readonly onProblem?: (problem: TemplateProblem) => void;
}

/** A template that renders for longer is broken. */
const RENDER_MS = 2000;
const ALLOCATIONS = 10_000_000;
/** Limit of one template. */
const TEMPLATE_BYTES = 5_000_000;

/** More than there are. */
const MOST_ICONS = 100;

/** `asset` maps an asset's name to its address. */
export function createTemplates(
  asset: (name: string) => string,
  { directory, onProblem }: TemplateOptions = {},
): Templates {
  const own = fileURLToPath(new URL('./template', import.meta.url));
  const ours = createEngine([own], asset);
  if (directory === undefined) return { render: (name, scope) => ours.renderFileSync(name, scope) as string };
  const project = createEngine([directory, own], asset);
  return {
    render(name, scope) {
      if (!existsSync(directory)) return ours.renderFileSync(name, scope) as string;
      try {
        return project.renderFileSync(name, scope) as string;
      } catch (error) {
        const templateProblem = problemOf(error);
        const html = ours.renderFileSync(name, { ...scope, templateProblem }) as string;
        onProblem?.(templateProblem);
        return html;
      }
    },
  };
}

function createEngine(root: string[], asset: (name: string) => string): Liquid {
  const engine = new Liquid({
    root,
    extname: '.liquid',
    outputEscape: 'escape',
    cache: root.length === 1,
    strictFilters: true,
    strictVariables: false,
    relativeReference: false,
    ...(root.length === 1 ? {} : { fs: templateFiles(root), renderLimit: RENDER_MS, memoryLimit: ALLOCATIONS }),
  });
  engine.registerFilter('asset', (name: string) => asset(name));
  engine.registerFilter('icon', iconsOf(engine));
  return engine;
}

/** As `render 'icon'`, for lists: of built-in templates, each icon is rendered once. */
function iconsOf(engine: Liquid): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const html = known.get(name) ?? (engine.renderFileSync('icon', { name }) as string);
    if (engine.options.cache !== undefined && known.size < MOST_ICONS) known.set(name, html);
    return html;
  };
}

/** As LiquidJS reads files, but without waiting for a pipe or reading a device for ever; refused files are named. */
function templateFiles(roots: readonly string[]) {
  const contains = (root: string, file: string) => file.startsWith(resolve(root) + sep);
  const read = (file: string) => readTemplate(file, roots);
  return {
    sep,
    dirname,
    resolve: (root: string, file: string, extension: string) =>
      resolve(root, extname(file) === '' ? file + extension : file),
    exists: async (file: string) => existsSync(file),
    existsSync,
    contains: async (root: string, file: string) => contains(root, file),
    containsSync: contains,
    readFile: async (file: string) => read(file),
    readFileSync: read,
  };
}

function readTemplate(file: string, roots: readonly string[]): string {
  const refuse = (why: string, cause?: unknown) =>
    Object.assign(new Error(`${basename(file)} cannot be read: ${why}.`, { cause }), { token: { file } });
  try {
    const real = realpathSync(file);
    if (roots.some((root) => real.startsWith(realpathSync(root) + sep))) return readPlainTextSync(file, TEMPLATE_BYTES);
  } catch (error) {
    throw refuse(plainFileReason(error), error);
  }
  throw refuse('it is a link that leads out of the templates folder');
}

/** For errors of LiquidJS, which have their position in a `token`. */
function problemOf(error: unknown): TemplateProblem {
  const { message = String(error), token } = error as {
    message?: string;
    token?: { file?: string; getPosition?(): number[] };
  };
  const what = message
    .replace(/, file:.*$/s, '')
    .replace(/, line:\d+, col:\d+$/, '')
    .replaceAll(/"?\/\S*\/([^/\s"]+)"?/g, '$1');
  return { file: token?.file === undefined ? '' : basename(token.file), line: token?.getPosition?.()[0] ?? 0, what };
}
