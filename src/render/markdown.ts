/** Markdown as notebooks use it: GitHub's dialect, formulas, footnotes, alerts, attachments and raw HTML. */
import createParser, { type MarkdownIt, type Token } from 'markdown-it';
import anchor from 'markdown-it-anchor';
import footnote from 'markdown-it-footnote';
import alerts from 'markdown-it-github-alerts';
import taskLists from 'markdown-it-task-lists';
import { BoundError } from './bound-error.ts';
import { renderCode } from './code.ts';
import { containHtml } from './html.ts';
import { renderFormula } from './math/math-formula.ts';
import { mathPlugin, type MathEnvironment } from './math/math-markdown.ts';
import { NO_MATH, type MathContext } from './math/math-context.ts';
import { splitDefinitions } from './math/math-definition.ts';
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
parser.use(taskLists, { label: true });

parser.renderer.rules.fence = (tokens, index, _options, env) => {
  const { content, info } = tokens[index] as Token;
  const language = info.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '';
  if (language === 'math') return `<p>${renderFormula(content, true, (env as Environment).math)}</p>\n`;
  return `${renderCode(content.replace(/\n$/, ''), language)}\n`;
};
parser.renderer.rules.table_open = () => '<div class="table-scroll"><table>\n';
parser.renderer.rules.table_close = () => '</table></div>\n';
parser.core.ruler.push('report_addresses', (state) => {
  for (const { children } of state.tokens)
    for (const token of children ?? []) addressForReport(token, state.env as Environment);
});

interface Environment extends MathEnvironment {
  readonly docId: string;
  readonly attachments: Attachments;
}

/** Longer texts are whole books. */
const MOST_CHARS = 500_000;

export interface MarkdownOptions {
  /** Unique in the document: it separates the footnotes of its texts. */
  readonly docId: string;
  readonly attachments?: Attachments;
  readonly math?: MathContext;
}

/** HTML of a Markdown text. */
export function renderMarkdown(source: string, { docId, attachments = {}, math = NO_MATH }: MarkdownOptions): string {
  if (source.length > MOST_CHARS) throw new BoundError(WORDS.tooLong(MOST_CHARS));
  const environment: Environment = { docId, attachments, math: withOwn(math, source) };
  const tokens = parser.parse(source, environment);
  const html = parser.renderer.render(tokens, parser.options, environment);
  return tokens.some(isHtml) ? containHtml(html) : html;
}

/** The labels of the text's equations, and the number after its last one. `first` is the number of its first. */
export function equationsOf(source: string, first: number): Required<MathEnvironment>['equations'] {
  const none = { labels: [], next: first };
  if (source.length > MOST_CHARS) return none;
  const environment: Environment = { docId: '', attachments: {}, math: { ...NO_MATH, firstNumber: first } };
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

/** A link inside the frame would replace the report; a picture may be attached to the cell. */
function addressForReport(token: Token, environment: Environment): void {
  if (token.type === 'link_open' && !String(token.attrGet('href')).startsWith('#')) {
    token.attrSet('target', '_blank');
    token.attrSet('rel', 'noopener noreferrer');
  } else if (token.type === 'image') {
    token.attrSet('src', attached(String(token.attrGet('src') ?? ''), environment));
    token.attrSet('loading', 'lazy');
  }
}

function attached(src: string, { attachments }: Environment): string {
  if (!src.startsWith('attachment:')) return src;
  const [mime, base64] = Object.entries(attachments[decoded(src.slice('attachment:'.length))] ?? {})[0] ?? [];
  return base64 === undefined ? src : `data:${mime};base64,${base64.replace(/\s/g, '')}`;
}

/** Unchanged if it is not the code of any text. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
