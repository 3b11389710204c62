/** Texts that are paths on the author's machine, or in a hosted notebook service, and hardly on the server. */

/** Longer texts are documents, not paths. */
const MOST_CHARS = 400;
const SHOWN_CHARS = 60;

export const PATH_REMEDY = 'Put the file beside the script and name it relative to it, or make the path an input.';

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

/** What is wrong with it, as a sentence; undefined for any other text. */
export function pathProblem(text: string): string | undefined {
  if (text.length > MOST_CHARS || text.includes('\n')) return undefined;
  const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 1)}…` : text;
  return PLACES.find(({ path }) => path.test(text))?.what(shown);
}
