/** Which libraries the text of a script names: by an address that it loads, or by a name for `require`. */
import { LIBRARIES } from './all.ts';
import { libraryAt } from './library-address.ts';

const ADDRESS = /(?:https?:)?\/\/[\w.-]+\.\w+\/[^\s"'`\\<>(){},;]{1,300}/g;
const REQUIRES = /\b(?:require|requirejs|requireModule)\b/;
/** Data, and libraries that an output brings along, stand behind this much; what is searched is also bounded. */
const MOST_CHARS = 400_000;
const MOST_USED_CHARS = 20_000_000;
const MOST_ADDRESSES = 300;

/** Names in the order in which the text has them. */
export function librariesIn(script: string): readonly string[] {
  const text = script.slice(0, MOST_CHARS);
  const names = new Set<string>();
  if (text.includes('//'))
    for (const address of addressesIn(text)) {
      const match = libraryAt(address);
      if (match.type === 'ours' && match.library.uses === undefined) names.add(match.library.name);
    }
  if (REQUIRES.test(text))
    for (const { name, modules = [] } of LIBRARIES)
      if (modules.some((module) => isQuoted(text, module))) names.add(name);
  const whole = script.slice(0, MOST_USED_CHARS);
  for (const { name, needs: [base] = [], uses } of LIBRARIES)
    if (uses !== undefined && (base === undefined || names.has(base)) && uses.test(whole)) names.add(name);
  return [...names];
}

function addressesIn(text: string): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const [address] of text.matchAll(ADDRESS)) {
    addresses.add(address);
    if (addresses.size >= MOST_ADDRESSES) break;
  }
  return addresses;
}

function isQuoted(text: string, word: string): boolean {
  return text.includes(`"${word}"`) || text.includes(`'${word}'`);
}
