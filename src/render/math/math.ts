/** Renders formulas with KaTeX; what it does not support stays TeX source until the frame sets it with MathJax. */
import katex, { type KatexOptions } from 'katex';
import 'katex/contrib/mhchem';
import { attributes, escapeHtml } from '../html.ts';
import { memoised } from '../memo.ts';
import type { MathDefinition } from './math-definition.ts';
import { splitDefinitions } from './math-definition.ts';
import { knownTex } from './math-dialect.ts';

/** Limits for formulas that expand for ever. */
const LIMITS = { maxSize: 50, maxExpand: 1000 };

/** Longer formulas are shown as TeX source. */
const LONGEST_CHARS = 10_000;

/** Number of notebooks whose macros are cached. */
const MOST_SETTERS = 20;

/** A style sheet puts its first line to the left and its last to the right: KaTeX centres them. */
const MULTLINE = /^\s*\\begin\s*\{multline\*?\}/;

type Macros = NonNullable<KatexOptions['macros']>;
type SetFormula = (tex: string, display: boolean) => string;

const setters = new Map<string, SetFormula>();

/** TeX without its delimiters. `definitions` are the macros that it may use besides its own. Never throws. */
export function renderMath(tex: string, display: boolean, definitions: readonly MathDefinition[] = []): string {
  const key = definitions.map((definition) => definition.tex).join('\n');
  let setter = setters.get(key);
  if (setter === undefined) {
    if (setters.size >= MOST_SETTERS) setters.delete(setters.keys().next().value ?? '');
    setters.set(key, (setter = createSetter(definitions)));
  }
  return setter(tex, display);
}

function createSetter(definitions: readonly MathDefinition[]): SetFormula {
  const macros = {};
  define(macros, definitions);
  return memoised((tex, display: boolean) => {
    try {
      if (tex.length > LONGEST_CHARS) throw new Error(`It has more than ${LONGEST_CHARS} characters.`);
      const own = splitDefinitions(tex);
      if (own.definitions.length > 0 && own.rest.trim() === '') return '';
      const known = { ...macros };
      define(known, own.definitions);
      const html = katex.renderToString(knownTex(own.rest), { ...options(known), displayMode: display });
      return MULTLINE.test(own.rest) ? html.replace('class="katex-display"', 'class="katex-display multline"') : html;
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : '';
      const attrs = { class: 'math-source', title: why, ...refused(tex, display, definitions) };
      const source = `<code${attributes(attrs)}>${escapeHtml(tex.trim())}</code>`;
      return display ? `<span class="math-source-block">${source}</span>` : source;
    }
  });
}

/** What the frame needs to set a formula: TeX for MathJax, with the macros that it uses. */
function refused(tex: string, display: boolean, definitions: readonly MathDefinition[]) {
  if (tex.length > LONGEST_CHARS) return {};
  const needed = usedDefinitions(tex, definitions).map(({ source }) => source);
  const whole = [...needed, tex.trim()].join('\n');
  return whole.length > LONGEST_CHARS
    ? {}
    : { 'data-library': 'mathjax', 'data-tex': mathjaxTex(whole), 'data-display': display };
}

/** Those that occur in the formula, or in what these define. */
function usedDefinitions(tex: string, definitions: readonly MathDefinition[]): readonly MathDefinition[] {
  const used = new Set<MathDefinition>();
  let text = tex;
  for (let added = true; added;) {
    added = false;
    for (const definition of definitions) {
      if (used.has(definition) || !text.includes(definition.name)) continue;
      used.add(definition);
      text += definition.source;
      added = true;
    }
  }
  return definitions.filter((definition) => used.has(definition));
}

/** Numbers come as tags and references as text, from `math-number.ts`. */
function mathjaxTex(tex: string): string {
  return tex
    .replace(/\\label\s*\{[^{}]*\}/g, '')
    .replace(/\\[gex]def(?![A-Za-z])/g, '\\def')
    .replace(/\\global(?![A-Za-z])/g, '')
    .replace(/\\providecommand(?![A-Za-z])/g, '\\newcommand');
}

function define(macros: Macros, definitions: readonly MathDefinition[]): void {
  for (const { tex } of definitions) {
    try {
      katex.renderToString(tex, { ...options(macros), globalGroup: true });
    } catch {
      // what uses it reports the error
    }
  }
}

function options(macros: Macros) {
  return {
    ...LIMITS,
    macros,
    output: 'htmlAndMathml',
    throwOnError: true,
    strict: 'ignore',
    trust: false,
  } as const;
}
