/** Renders formulas with KaTeX; what it does not support is shown as TeX source. */
import katex, { type KatexOptions } from 'katex';
import 'katex/contrib/mhchem';
import { escapeHtml } from '../html.ts';
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
      return katex.renderToString(knownTex(own.rest), { ...options(known), displayMode: display });
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : '';
      const source = `<code class="math-source" title="${escapeHtml(why)}">${escapeHtml(tex.trim())}</code>`;
      return display ? `<span class="math-source-block">${source}</span>` : source;
    }
  });
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
