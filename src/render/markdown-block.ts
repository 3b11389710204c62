/** What the blocks of Quarto and MyST look like: callouts, tabs, notes in the margin, columns, folded text. */
import createParser, { type MarkdownIt, type Token } from 'markdown-it';
import alerts from 'markdown-it-github-alerts';
import { attributes, escapeHtml } from './html.ts';
import { divPlugin, infoOf, type DivInfo } from './markdown-div.ts';
import { FIGURES } from './markdown-figure.ts';

type TokenClass = new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;

/** Names of callouts, and whose look they have. */
const CALLOUTS: Readonly<Record<string, string>> = {
  note: 'note',
  info: 'note',
  seealso: 'note',
  admonition: 'note',
  tip: 'tip',
  hint: 'tip',
  success: 'tip',
  important: 'important',
  warning: 'warning',
  attention: 'warning',
  caution: 'caution',
  danger: 'caution',
  error: 'caution',
};
const TITLES: Readonly<Record<string, string>> = { seealso: 'See also', admonition: 'Note' };
const FOLDS = ['dropdown', 'details'];
const MARGINS = ['margin', 'aside', 'sidebar', 'column-margin', 'marginnote'];
const TAB_SETS = ['panel-tabset', 'tab-set'];
/** Directives whose content is not Markdown, as the languages of code blocks. */
const CODE: Readonly<Record<string, string>> = { math: 'math', 'code-block': '', code: '', 'code-cell': '' };

const ICONS: Readonly<Record<string, string>> = (() => {
  const parser = createParser().use(alerts as unknown as (parser: MarkdownIt) => void);
  return Object.fromEntries(
    [...new Set(Object.values(CALLOUTS))].map((kind) => {
      const token = parser.parse(`> [!${kind}]\n> x`, {}).find(({ type }) => type === 'alert_open');
      return [kind, String((token?.meta as { icon?: string } | undefined)?.icon ?? '')];
    }),
  );
})();

function isDirective(name: string): boolean {
  return Object.hasOwn(CALLOUTS, name) || [...FOLDS, ...MARGINS, ...TAB_SETS, ...FIGURES, 'tab-item'].includes(name);
}

/** To be used after the plugin for alerts, whose titles it escapes. */
export function blockPlugin(parser: MarkdownIt): void {
  parser.use((each) => divPlugin(each, { isDirective }));
  parser.core.ruler.after('block', 'div_look', (state) => {
    const env = state.env as { docId?: string };
    state.tokens = dressed(state.tokens, state.Token as TokenClass, env.docId ?? '');
  });
  const { rules } = parser.renderer;
  rules['alert_open'] = (tokens, index) => {
    const { title, type, icon, fold } = tokens[index]?.meta as unknown as CalloutMeta;
    const [outer, head] = fold === undefined ? ['div', 'p'] : ['details', 'summary'];
    const dir = tokens[index]?.attrGet('dir') ?? undefined;
    const attrs = { class: `markdown-alert markdown-alert-${type}`, dir, open: fold === 'open' };
    // the text decides, not the name of the box, which may be ours
    const name = dir === undefined ? escapeHtml(title) : `<bdi>${escapeHtml(title)}</bdi>`;
    return `<${outer}${attributes(attrs)}><${head} class="markdown-alert-title">${icon}${name}</${head}>`;
  };
  rules['look_html'] = (tokens, index) => tokens[index]?.content ?? '';
}

/** The language of a fence that is a MyST directive for code or formulas; undefined for any other. */
export function directiveLanguage(info: string): string | undefined {
  const [, name = '', argument = ''] = /^\{([\w-]+)\}\s*(\S*)/.exec(info) ?? [];
  return Object.hasOwn(CODE, name) ? CODE[name] || argument : undefined;
}

interface CalloutMeta {
  readonly title: string;
  readonly type: string;
  readonly icon: string;
  readonly fold?: 'open' | 'closed' | undefined;
}

/** An open block: how it ends, and its tabs. */
interface Open {
  readonly close: string;
  readonly level: number;
  readonly tabs?: { readonly group: string; tag?: string; count: number };
}

/** The tokens with the blocks' looks in place of the bare blocks; in one pass. */
function dressed(tokens: readonly Token[], TokenOf: TokenClass, docId: string): Token[] {
  const out: Token[] = [];
  const open: Open[] = [];
  let groups = 0;
  let hiddenAt: number | undefined;
  const html = (content: string) => {
    const token = new TokenOf('look_html', '', 0);
    token.content = content;
    token.block = true;
    out.push(token);
  };
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    const top = open.at(-1);
    if (hiddenAt !== undefined) {
      if (token.type === 'div_close' && token.level === hiddenAt) hiddenAt = undefined;
    } else if (token.type === 'div_open') {
      const info = infoOf(token);
      const heading = titled(tokens, at);
      if (isHidden(info)) hiddenAt = token.level;
      else if (has(info, TAB_SETS)) {
        open.push({ close: '</div>', level: token.level, tabs: { group: `${docId}-tabs-${(groups += 1)}`, count: 0 } });
        html(`<div${attributes({ id: info.id, class: 'tabs' })}>`);
      } else if (has(info, ['tab-item']) && top?.tabs !== undefined) {
        html(tabOpening(top.tabs, info.argument));
        open.push({ close: '</div>', level: token.level });
      } else {
        const look = lookOf(info, heading);
        if (look.callout === undefined) html(look.opening);
        else out.push(Object.assign(new TokenOf('alert_open', 'div', 1), { meta: look.callout, block: true }));
        if (look.takesHeading) at += 3;
        open.push({ close: look.close, level: token.level });
      }
    } else if (token.type === 'div_close') {
      const ended = open.pop();
      html(`${ended?.tabs?.tag === undefined ? '' : '</div>'}${ended?.close ?? ''}\n`);
    } else if (token.type === 'heading_open' && top?.tabs !== undefined && isTab(token, top)) {
      html(`${top.tabs.count === 0 ? '' : '</div>'}${tabOpening(top.tabs, tokens[at + 1]?.content ?? '')}`);
      top.tabs.tag = token.tag;
      at += 2;
    } else out.push(token);
  }
  return out;
}

/** Quarto's tabs begin with headings of one level. */
function isTab(token: Token, { level, tabs }: Open): boolean {
  return token.level === level + 1 && (tabs?.tag === undefined || tabs.tag === token.tag);
}

function tabOpening(tabs: { readonly group: string; count: number }, title: string): string {
  const id = `${tabs.group}-${(tabs.count += 1)}`;
  const input = attributes({ type: 'radio', class: 'tab', name: tabs.group, id, checked: tabs.count === 1 });
  const plain = title.replace(/[*_`]/g, '').trim() || String(tabs.count);
  return `<input${input}><label for="${escapeHtml(id)}"><b>${escapeHtml(plain)}</b></label><div class="tab-panel" hidden="until-found">\n`;
}

interface Look {
  readonly opening: string;
  readonly close: string;
  readonly callout?: CalloutMeta;
  /** The heading at the beginning of the block is its title. */
  readonly takesHeading?: boolean;
}

function lookOf(info: DivInfo, heading: string | undefined): Look {
  const [name = ''] = info.names;
  const callout = info.names.map((each) => each.replace(/^callout-/, '')).find((each) => Object.hasOwn(CALLOUTS, each));
  const written = info.options.get('title') ?? (info.argument === '' ? undefined : info.argument);
  if (callout !== undefined) return calloutLook(info, callout, { written, heading });
  if (has(info, FOLDS)) {
    const opening = `<details class="folded"${info.options.has('open') ? ' open' : ''}><summary>${escapeHtml(written ?? 'More')}</summary><div>`;
    return { opening, close: '</div></details>' };
  }
  const kind = has(info, MARGINS)
    ? 'margin-note'
    : has(info, ['columns'])
      ? 'columns'
      : has(info, ['column'])
        ? 'column'
        : undefined;
  const width = /^\d{1,3}%$/.exec(info.options.get('width') ?? '')?.[0];
  const style = kind === 'column' && width !== undefined ? `flex-basis:${width}` : undefined;
  const tag = kind === 'margin-note' ? 'aside' : 'div';
  const title = kind === 'margin-note' && written !== undefined ? `<p><b>${escapeHtml(written)}</b></p>` : '';
  return {
    opening: `<${tag}${attributes({ id: info.id, class: kind, style, role: tag === 'aside' ? 'note' : undefined, 'data-name': kind === undefined ? name : undefined })}>${title}\n`,
    close: `</${tag}>`,
  };
}

function calloutLook(
  { names, options }: DivInfo,
  callout: string,
  { written, heading }: { written: string | undefined; heading: string | undefined },
): Look {
  const type = CALLOUTS[callout] ?? 'note';
  const collapse = options.get('collapse');
  const isDropdown = [...names, options.get('class') ?? ''].join(' ').includes('dropdown');
  const fold = collapse === 'true' || isDropdown ? 'closed' : collapse === 'false' ? 'open' : undefined;
  const takesHeading = written === undefined && heading !== undefined;
  const title = written ?? heading ?? TITLES[callout] ?? callout.charAt(0).toUpperCase() + callout.slice(1);
  const hasIcon = options.get('icon') !== 'false';
  return {
    opening: '',
    close: fold === undefined ? '</div>' : '</details>',
    callout: { title, type, icon: hasIcon ? (ICONS[type] ?? '') : '', fold: options.has('open') ? 'open' : fold },
    takesHeading,
  };
}

/** The text of the heading directly behind the opening of a block. */
function titled(tokens: readonly Token[], at: number): string | undefined {
  return tokens[at + 1]?.type === 'heading_open' ? tokens[at + 2]?.content : undefined;
}

/** Content for other formats than pages, and the notes of speakers. */
function isHidden(info: DivInfo): boolean {
  const format = info.options.get('when-format');
  if (has(info, ['notes'])) return true;
  if (has(info, ['content-visible'])) return format !== undefined && !format.startsWith('html');
  return has(info, ['content-hidden']) && (format === undefined || format.startsWith('html'));
}

function has({ names }: DivInfo, wanted: readonly string[]): boolean {
  return names.some((name) => wanted.includes(name));
}
