/** Translates LaTeX that notebooks use and KaTeX lacks. */

/** As MathJax, without extensions that an author would have to enable. */
const OTHER_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\\require\s*\{[^{}]*\}/g, ''],
  [/\\label\s*\{[^{}]*\}/g, ''],
  [/\\mbox(?![A-Za-z])/g, '\\text'],
  [/\\math(?:bbm|ds)(?![A-Za-z])/g, '\\mathbb'],
  [/\\bbox\s*\[\s*([a-z]+|#[\da-f]{3,6})\s*\]\s*\{([^{}$]*)\}/gi, '\\colorbox{$1}{$$$2$$}'],
  [/\\bbox\s*(?:\[[^\]]*\])?\s*(?=\{)/g, ''],
  [/\\enclose\s*\{[^{}]*\}\s*(?=\{)/g, '\\boxed'],
  [/\\(?:class|cssId|style|texttip)\s*\{[^{}]*\}\s*(?=\{)/g, ''],
  [/\\(?:raise|lower)\s*\{?-?[\d.]+\s*[a-z]{2}\}?/g, ''],
  [/\\hfill?l?(?![A-Za-z])/g, '\\quad'],
  [/\\strut(?![A-Za-z])/g, '\\mathstrut'],
  [/\\iiiint(?![A-Za-z])/g, '\\int\\!\\!\\iiint'],
  [/\\idotsint(?![A-Za-z])/g, '\\int\\dotsi\\int'],
  // numbers come as tags, from `math-number.ts`
  [/\\(begin|end)\s*\{(?:align|eqnarray|flalign)\*?\}/g, '\\$1{align*}'],
  [/\\(begin|end)\s*\{(?:gather|multline)\*?\}/g, '\\$1{gather*}'],
  [/\\(begin|end)\s*\{(equation|alignat)\*?\}/g, '\\$1{$2*}'],
];
const MAYBE =
  /\\(?:require|label|mbox|math(?:bbm|ds)|bbox|enclose|class|cssId|style|texttip|raise|lower|hfil|strut|iiiint|idotsint|unicode|text|begin|matrix|[bpv]matrix|cases|eqalign|displaylines)/;

/** Plain TeX that puts its rows into braces. */
const WRAPPED = /\\(matrix|pmatrix|cases|eqalign|displaylines)\s*\{/;
const ENVIRONMENTS: Readonly<Record<string, string>> = { eqalign: 'aligned', displaylines: 'gathered' };

/** The same formula for KaTeX. Takes time linear in its length. */
export function knownTex(tex: string): string {
  if (!MAYBE.test(tex)) return tex;
  let known = tex
    .replace(/\\begin\{eqnarray\*?\}[^]*?\\end\{eqnarray\*?\}/g, (rows) =>
      rows.replace(/&\s*([^&\\]{0,40}?)\s*&/g, '&$1 '),
    )
    .replace(/\\unicode\s*\{\s*(?:x([\da-f]{1,6})|(\d{1,7}))\s*\}/gi, (all, hex?: string, decimal?: string) => {
      const point = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return point >= 0x20 && point <= 0x10ffff ? `\\text{${String.fromCodePoint(point)}}` : all;
    })
    .replace(/\\(text[a-z]{0,2}|mbox)\s*\{([^{}$\\]*)\}/g, (_all, word: string, text: string) => {
      return `\\${word}{${text.replaceAll('_', '\\_').replaceAll('#', '\\#')}}`;
    });
  for (const [words, replacement] of OTHER_WORDS) known = known.replace(words, replacement);
  return WRAPPED.test(known) ? withEnvironments(known) : known;
}

/** `\matrix{a & b \cr c & d}` as an environment. */
function withEnvironments(tex: string): string {
  const out: string[] = [];
  const closers: { readonly depth: number; readonly end: string }[] = [];
  const token = new RegExp(`${WRAPPED.source}|\\\\cr(?![A-Za-z])|\\\\[^]|[{}]`, 'g');
  let depth = 0;
  let at = 0;
  for (const match of tex.matchAll(token)) {
    const [whole, word] = match;
    out.push(tex.slice(at, match.index));
    at = match.index + whole.length;
    if (word !== undefined || whole === '{') depth += 1;
    if (word !== undefined) {
      const name = ENVIRONMENTS[word] ?? word;
      closers.push({ depth, end: `\\end{${name}}` });
      out.push(`\\begin{${name}}`);
    } else if (whole === '}' && closers.at(-1)?.depth === depth) {
      out.push(closers.pop()!.end);
    } else out.push(closers.length > 0 && whole === '\\cr' ? '\\\\' : whole);
    if (whole === '}') depth -= 1;
  }
  return out.join('') + tex.slice(at);
}
