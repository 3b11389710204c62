/** Maps of folium within frames: a plugin that is not loaded stops only its own statements, not the whole map. */
import { parser } from '@lezer/javascript';
import { libraryAt } from './library/library-address.ts';

const SOURCE = /<script\b[^>]{0,500}?\ssrc\s*=\s*["']([^"']{1,2000})["']/gi;
/** A page's own scripts, without a type. */
const SCRIPT = /<script>([^]*?)<\/script>/gi;
const MAP = /\bL\.map\s*\(/;
/** Longer scripts, which contain data, take too long to read; they run as they are. */
const MOST_CHARS = 2_000_000;
const MOST_STATEMENTS = 10_000;

/** The page with one script for each statement, if it draws a map and names a script that reports do not have. */
export function withMapStatements(page: string): string {
  if (page.length > MOST_CHARS || !MAP.test(page) || !namesUnknown(page)) return page;
  return page.replace(SCRIPT, (all, script: string) => {
    if (!MAP.test(script)) return all;
    const statements = statementsOf(script);
    return statements === undefined ? all : statements.map((text) => `<script>${text}</script>`).join('\n');
  });
}

function namesUnknown(page: string): boolean {
  return [...page.matchAll(SOURCE)].some(([, address = '']) => /^(?:unknown|other)$/.test(libraryAt(address).type));
}

/** Functions come first, as they may be called before their place. Undefined for a script that is none, or too many. */
function statementsOf(script: string): readonly string[] | undefined {
  const tree = parser.parse(script);
  const functions: string[] = [];
  const others: string[] = [];
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    if (node.type.isError || functions.length + others.length >= MOST_STATEMENTS) return undefined;
    if (/Comment$/.test(node.name)) continue;
    (node.name === 'FunctionDeclaration' ? functions : others).push(script.slice(node.from, node.to));
  }
  return [...functions, ...others];
}
