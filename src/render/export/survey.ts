/** What the parts of a report use that a file of its own must bring: fonts, libraries, the styles of formulas. */
import { hasMath } from '../document.ts';
import { LIBRARIES } from '../library/all.ts';
import { namedLibraries } from '../library/library-tag.ts';
import type { RenderOptions } from '../options.ts';

/** How its text is set. */
export interface TextSurvey {
  readonly classes: ReadonlySet<string>;
  readonly has: { readonly italic: boolean; readonly monospace: boolean };
  /** The code points of what is read, ascending; line ends are left out. */
  points(): ReadonlySet<number>;
}

export interface Survey {
  readonly text: TextSurvey;
  /** Names of libraries, in the order of their first use. */
  readonly libraries: ReadonlySet<string>;
  hasMath(): boolean;
  /** Text of the report's own, which uses no library. */
  add(html: string): void;
}

/** Parts are looked at together until they are this long: to begin an attempt takes half a millisecond. */
const BATCH_CHARS = 100_000;

/** Looks at each part once. What takes too long by `attempt` is set in the fonts of the reader's system. */
export async function surveyOf(
  parts: Iterable<string>,
  { attempt, pause }: Pick<RenderOptions, 'attempt'> & { readonly pause?: () => Promise<void> },
): Promise<Survey> {
  const libraries = new Set<string>();
  let text = surveyText();
  let math = false;
  const add = (html: string) => {
    const isSeen = attempt === undefined ? text.add(html) : attempt(() => text.add(html));
    if (isSeen === undefined) text = { ...surveyText(), add: () => true };
  };
  for (const part of batches(parts)) {
    math ||= hasMath(part);
    for (const name of [...namedLibraries(part), ...librariesInFrames(part)]) libraries.add(name);
    add(part);
    await pause?.();
  }
  return {
    get text() {
      return text;
    },
    libraries,
    hasMath: () => math,
    add,
  };
}

function* batches(parts: Iterable<string>): Generator<string> {
  let batch = '';
  for (const part of parts) {
    batch += part;
    if (batch.length < BATCH_CHARS) continue;
    yield batch;
    batch = '';
  }
  yield batch;
}

/** Those whose files are named by frames in the report. */
function librariesInFrames(article: string): readonly string[] {
  if (!article.includes('#library-')) return [];
  return LIBRARIES.filter(({ files }) => files.some(({ asset }) => article.includes(`#${asset}`))).map(
    ({ name }) => name,
  );
}

const DATA = /"data:[^"]*"/g;
const ITALIC = /<(em|i|cite|dfn|var)\b|hljs-(comment|quote|emphasis)/;
const MONOSPACE = /<(pre|code|kbd|samp)\b|class="json"/;

/** A report may have hundreds of millions of characters. */
function surveyText(): TextSurvey & { add(html: string): true } {
  const seen = new Uint8Array(0x110000);
  const classes = new Set<string>();
  const has = { italic: false, monospace: false };
  return {
    classes,
    has,
    points() {
      const points = new Set<number>();
      for (let point = 0; point < seen.length; point += 1) if (seen[point] === 1 && point !== 0x0a) points.add(point);
      return points;
    },
    add(html) {
      has.italic ||= ITALIC.test(html);
      has.monospace ||= MONOSPACE.test(html);
      for (const [, names = ''] of html.matchAll(/class="([^"]*)"/g))
        for (const name of names.split(/\s+/)) classes.add(name);
      const text = withoutFormulas(html).replace(DATA, '');
      for (let at = 0; at < text.length; at += 1) {
        const point = text.codePointAt(at) ?? 0;
        seen[point] = 1;
        if (point > 0xffff) at += 1;
      }
      return true;
    },
  };
}

/** Formulas have their own fonts: their letters do not need those of the text. */
function withoutFormulas(html: string): string {
  return html
    .replace(/<math[\s\S]*?<\/math>/g, '')
    .replace(/<span class="(?:m[a-z]+|vlist-s|delimsizing|op-symbol)\b[^"]*"[^>]*>[^<]*<\/span>/g, '');
}
