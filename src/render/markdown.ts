/**
 * Markdown as notebooks use it: GitHub's dialect, formulas, footnotes, alerts, attachments, raw HTML, and the blocks
 * of Quarto and MyST.
 */
import createParser, { type MarkdownIt, type Token } from 'markdown-it';
import anchor from 'markdown-it-anchor';
import footnote from 'markdown-it-footnote';
import alerts from 'markdown-it-github-alerts';
import taskLists from 'markdown-it-task-lists';
import { defined } from '../domain/defined.ts';
import { BoundError } from './bound-error.ts';
import { renderCode } from './code.ts';
import { diagram } from './diagram.ts';
import { NO_FILES, type FileAddresses } from './file.ts';
import { attributes, containHtml, type HtmlMapping } from './html.ts';
import { blockPlugin, directiveLanguage } from './markdown-block.ts';
import { directionPlugin } from './markdown-direction.ts';
import { reportMapping } from './html-address.ts';
import { writtenAttributes } from './html-tag.ts';
import { renderFormula } from './math/math-formula.ts';
import { figurePlugin } from './markdown-figure.ts';
import { referencePlugin } from './markdown-reference.ts';
import { mathPlugin, type MathEnvironment } from './math/math-markdown.ts';
import { NO_MATH, type MathContext } from './math/math-context.ts';
import { splitDefinitions } from './math/math-definition.ts';
import type { References } from './report-reference.ts';
import { WORDS } from './report-text.ts';

type Attachments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Some plugins' types are for an older parser; they work with this one. */
type Plugin = (parser: MarkdownIt, options?: object) => void;

const parser = createParser({ html: true, linkify: true });
// names of files (`model.py`) are not addresses
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: true });
parser.linkify.add('www.', {
  validate: (text, at) =>
    /^[a-z\d-]+(?:\.[a-z\d-]+)+(?:[/?#][^\s<>"]*[^\s<>"'!*.,:;?)\]])?\/?/i.exec(text.slice(at, at + 2000))?.[0]
      .length ?? 0,
  normalize: (match) => {
    match.url = `http://${match.url}`;
  },
});
parser.use(mathPlugin);
parser.use(anchor as unknown as Plugin, {
  getTokensText: titleOf,
  slugify: (title: string) => title.trim().replace(/\s/g, '-'),
  tabIndex: false,
});
parser.use(footnote);
parser.use(alerts as unknown as Plugin);
parser.use(blockPlugin);
parser.use(figurePlugin);
parser.use(referencePlugin);
parser.use(taskLists, { label: true });

parser.renderer.rules.fence = (tokens, index, _options, env) => {
  const { content, info } = tokens[index] as Token;
  const language = directiveLanguage(info.trim()) ?? info.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '';
  if (language === 'math') return `<p>${renderFormula(content, true, (env as Environment).math)}</p>\n`;
  if (language === 'mermaid') return `${diagram(content)}\n`;
  return `${renderCode(content.replace(/\n$/, ''), language)}\n`;
};
parser.renderer.rules.table_open = (tokens, index) =>
  `<div${attributes({ class: 'table-scroll', dir: tokens[index]?.attrGet('dir') ?? undefined })}><table>\n`;
parser.renderer.rules.table_close = () => '</table></div>\n';
parser.core.ruler.push('report_addresses', (state) => {
  for (const { children } of state.tokens)
    for (const token of children ?? []) addressForReport(token, state.env as Environment);
});

parser.use(directionPlugin);

interface Environment extends MathEnvironment {
  readonly docId: string;
  readonly files: FileAddresses;
  /** The parser uses the name `references` itself. */
  readonly labelled?: References;
}

/** Longer texts are whole books. */
const MOST_CHARS = 500_000;

export interface MarkdownOptions {
  /** Unique in the document: it separates the footnotes of its texts. */
  readonly docId: string;
  readonly attachments?: Attachments;
  readonly math?: MathContext;
  readonly files?: FileAddresses;
  /** Labels that the text may refer to; absent: there are none. */
  readonly references?: References;
}

/** HTML of a Markdown text. */
export function renderMarkdown(
  source: string,
  { docId, attachments = {}, math = NO_MATH, files = NO_FILES, references }: MarkdownOptions,
): string {
  if (source.length > MOST_CHARS) throw new BoundError(WORDS.tooLong(MOST_CHARS));
  const environment: Environment = {
    docId,
    files: withAttachments(files, attachments),
    math: withOwn(math, source),
    ...defined({ labelled: references }),
  };
  const tokens = parser.parse(source, environment);
  const html = parser.renderer.render(tokens, parser.options, environment);
  return tokens.some(isHtml) ? containHtml(html, scopedMapping(environment.files)) : html;
}

/** Style sheets in a text hold for the text only: what encloses them is closed where they end. */
function scopedMapping(files: FileAddresses): HtmlMapping {
  const mapping = reportMapping({ files });
  return {
    ...mapping,
    mapTag: (name, given) =>
      name === 'style' ? `<style${writtenAttributes(given)}>@scope{` : mapping.mapTag(name, given),
  };
}

/** The labels of the text's equations, and the number after its last one. `first` is the number of its first. */
export function equationsOf(source: string, first: number): Required<MathEnvironment>['equations'] {
  const none = { labels: [], next: first };
  if (source.length > MOST_CHARS) return none;
  const environment: Environment = { docId: '', files: NO_FILES, math: { ...NO_MATH, firstNumber: first } };
  parser.parse(source, environment);
  return environment.equations ?? none;
}

/** Those of the notebook's own text are already known. */
function withOwn(math: MathContext, source: string): MathContext {
  if (math.firstNumber !== undefined || !source.includes('\\')) return math;
  const { definitions } = splitDefinitions(source);
  return definitions.length === 0 ? math : { ...math, definitions: [...math.definitions, ...definitions] };
}

/** The text from which Jupyter makes the id of a heading: formulas as written. */
function titleOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content, markup }) => {
      if (type.startsWith('math_')) return markup;
      return type === 'text' || type === 'code_inline' || type === 'text_special' ? content : '';
    })
    .join('');
}

function isHtml(token: Token): boolean {
  return token.type === 'html_block' || token.type === 'html_inline' || (token.children?.some(isHtml) ?? false);
}

/** A link inside the frame would replace the report; a picture may be attached to the cell or lie beside the script. */
function addressForReport(token: Token, { files }: Environment): void {
  if (token.type === 'link_open') {
    const address = String(token.attrGet('href'));
    const link = files.link(address);
    if (link === null) {
      token.attrs = [
        ['class', 'no-file'],
        ['title', WORDS.fileMissing],
      ];
    } else if (link !== undefined || !address.startsWith('#')) {
      token.attrSet('target', '_blank');
      token.attrSet('rel', 'noopener noreferrer');
      if (link !== undefined) token.attrSet('href', link.href);
      if (link?.download !== undefined) token.attrSet('download', link.download);
    }
  } else if (token.type === 'image') {
    const shown = files.shown(String(token.attrGet('src') ?? ''));
    if (shown === null) token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'src');
    else if (shown !== undefined) token.attrSet('src', shown);
    token.attrSet('loading', 'lazy');
  }
}

/** `attachment:name` is a file of the cell. */
function withAttachments(files: FileAddresses, attachments: Attachments): FileAddresses {
  const attached = (address: string): string | null | undefined => {
    if (!address.startsWith('attachment:')) return undefined;
    const bundle = attachments[decoded(address.slice('attachment:'.length))];
    const [mime, base64] = Object.entries(bundle ?? {})[0] ?? [];
    return base64 === undefined ? null : `data:${mime};base64,${base64.replace(/\s/g, '')}`;
  };
  return {
    ...files,
    shown(address) {
      const own = attached(address);
      return own === undefined ? files.shown(address) : own;
    },
    link(address) {
      const href = attached(address);
      if (typeof href !== 'string') return href === null ? null : files.link(address);
      return { href, download: decoded(address.slice('attachment:'.length)) };
    },
  };
}

/** Unchanged if it is not the code of any text. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
