/** Paths that exist on the author's machine, or in a hosted notebook service, but hardly on the server. */
import { nodesOf, type Reviewer, stringOf } from './reviewer.ts';

const STRINGS = new Set(['String', 'FormatString']);
/** Longer texts are documents, not paths. */
const MOST_CHARS = 400;

const PLACES: readonly { readonly path: RegExp; readonly what: (path: string) => string }[] = [
  {
    path: /^(?:\/home\/[\w.-]+|\/Users\/[\w .-]+)\/\S/,
    what: (path) => `${path} is in somebody’s home folder, which the server may not have.`,
  },
  {
    path: /^[A-Za-z]:(?:\\|\/(?!\/))[^\n"]+/,
    what: (path) => `${path} is a path of Windows.`,
  },
  { path: /^\\\\[\w.-]+\\[\w.$ -]+/, what: (path) => `${path} is a network path of Windows.` },
  { path: /^\/content\/(?:drive\/|sample_data\/|\S+\.\w+$)/, what: (path) => `${path} exists only in Google Colab.` },
  { path: /^\/kaggle\/(?:input|working)\b/, what: (path) => `${path} exists only on Kaggle.` },
  { path: /^\/dbfs\/\S/, what: (path) => `${path} exists only on Databricks.` },
];

export const absolutePath: Reviewer = function* (code) {
  for (const { cell, node, source } of nodesOf(code, STRINGS)) {
    const text = stringOf(node, source);
    if (text === undefined || text.length > MOST_CHARS || text.includes('\n')) continue;
    const place = PLACES.find(({ path }) => path.test(text));
    if (place === undefined) continue;
    yield {
      cell,
      from: node.from,
      code: 'absolute-path',
      what: place.what(text.length > 60 ? `${text.slice(0, 59)}…` : text),
      remedy: 'Put the file beside the script and name it relative to it, or make the path an input.',
    };
  }
};
