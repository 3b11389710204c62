/** Markdown as notebooks use it: GitHub's dialect, formulas, footnotes, alerts, attachments and raw HTML. */
import katexPlugin from '@vscode/markdown-it-katex';
import createParser, { type Env, type MarkdownIt, type Token } from 'markdown-it';
import anchor from 'markdown-it-anchor';
import footnote from 'markdown-it-footnote';
import alerts from 'markdown-it-github-alerts';
import taskLists from 'markdown-it-task-lists';
import { BoundError } from './bound.ts';
import { renderCode } from './code.ts';
import { containHtml } from './html.ts';
import { renderMath } from './math.ts';
import { WORDS } from './message.ts';

type Attachments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Some plugins' types know an older parser; they work with this one. */
type Plugin = (parser: MarkdownIt, options?: object) => void;

// A CommonJS module: some loaders hand out its `default`, others the module around it.
const katexRules = 'default' in katexPlugin ? katexPlugin.default : katexPlugin;
const parser = createParser({ html: true, linkify: true });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.use(katexRules as unknown as Plugin, {
  enableBareBlocks: true,
  katex: {
    renderToString: (tex: string, options?: { displayMode?: boolean }) =>
      renderMath(tex, options?.displayMode ?? false),
  },
});
parser.use(anchor as unknown as Plugin, {
  slugify: (title: string) => title.trim().replace(/\s+/g, '-'),
  tabIndex: false,
});
parser.use(footnote);
parser.use(alerts as unknown as Plugin);
parser.use(taskLists, { label: true });

parser.renderer.rules.fence = (tokens, index) => {
  const { content, info } = tokens[index] as Token;
  const language = info.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '';
  if (language === 'math') return `<p>${renderMath(content, true)}</p>\n`;
  return `${renderCode(content.replace(/\n$/, ''), language)}\n`;
};
parser.renderer.rules.table_open = () => '<div class="table-scroll"><table>\n';
parser.renderer.rules.table_close = () => '</table></div>\n';
parser.core.ruler.push('report_addresses', (state) => {
  for (const { children } of state.tokens)
    for (const token of children ?? []) addressForReport(token, state.env as Environment);
});

interface Environment extends Env {
  readonly docId: string;
  readonly attachments: Attachments;
}

/** Longer texts are books. */
const MOST_CHARS = 500_000;

/** HTML of a Markdown text. `docId` is unique in the document: it keeps the footnotes of its texts apart. */
export function renderMarkdown(source: string, docId: string, attachments: Attachments = {}): string {
  if (source.length > MOST_CHARS) throw new BoundError(WORDS.tooLong(MOST_CHARS));
  const environment: Environment = { docId, attachments };
  const tokens = parser.parse(source, environment);
  const html = parser.renderer.render(tokens, parser.options, environment);
  return tokens.some(isHtml) ? containHtml(html) : html;
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

/** As it is, where it is not the code of any text. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
