/** Highlighted source. */
import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import julia from 'highlight.js/lib/languages/julia';
import latex from 'highlight.js/lib/languages/latex';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scala from 'highlight.js/lib/languages/scala';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { escapeHtml } from './html.ts';
import { memoised } from './memo.ts';
import type { Attempt } from './options.ts';

const languages = {
  bash,
  cpp,
  css,
  diff,
  ini,
  java,
  javascript,
  json,
  julia,
  latex,
  markdown,
  python,
  r,
  ruby,
  rust,
  scala,
  shell,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, definition] of Object.entries(languages)) highlighter.registerLanguage(name, definition);
highlighter.registerAliases(['python3', 'ipython', 'ipython3'], { languageName: 'python' });

/** Longer sources, and those with longer lines, are shown without highlighting, which would cost too much. */
const LONGEST_CHARS = 100_000;
const LONGEST_LINE_CHARS = 2000;

/** The content of a `code` element; an unknown language is only escaped. */
const highlight = memoised((source, language: string) => {
  if (source.length > LONGEST_CHARS || hasLongLine(source) || highlighter.getLanguage(language) === undefined)
    return escapeHtml(source);
  return highlighter.highlight(source, { language, ignoreIllegals: true }).value;
});

function hasLongLine(source: string): boolean {
  return source.split('\n').some((line) => line.length > LONGEST_LINE_CHARS);
}

/** Also plain if `attempt` says that it takes too long. */
export function renderCode(source: string, language: string, attempt?: Attempt): string {
  const highlighted = attempt === undefined ? highlight(source, language) : attempt(() => highlight(source, language));
  return `<pre class="code-block"><code class="hljs">${highlighted ?? escapeHtml(source)}</code></pre>`;
}
