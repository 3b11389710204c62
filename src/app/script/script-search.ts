/** Pages of the scripts that match, for programs; and what scripts are searched by. */
import { type Actor, authorize } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import type { Script, ScriptSource } from '../../domain/script/script.ts';
import {
  matchesFilter,
  type ScriptFilter,
  searchedScripts,
  type SearchedScript,
} from '../../domain/script/script-search.ts';
import { mayRead } from './script-find.ts';

/** A list of scripts stays the same until something changes. */
const searched = new WeakMap<readonly Script[], readonly SearchedScript[]>();

export function searchedOf(scripts: readonly Script[]): readonly SearchedScript[] {
  const found = searched.get(scripts) ?? searchedScripts(scripts);
  searched.set(scripts, found);
  return found;
}

export interface ScriptPage {
  readonly scripts: readonly Script[];
  /** Of the next page; undefined: this is the last one. */
  readonly next: string | undefined;
}

/** At most `limit` of those that the actor may read, sorted by name. Throws `invalid` for a bad cursor. */
export async function pageScripts(
  ctx: { readonly scripts: Pick<ScriptSource, 'list'> },
  actor: Actor,
  query: ScriptFilter & { readonly limit: number; readonly cursor: string | undefined },
): Promise<ScriptPage> {
  authorize(actor, { type: 'list-scripts' });
  const scripts = await ctx.scripts.list();
  const isFiltered = query.query !== '' || query.folder !== '';
  const chosen = new Set(
    isFiltered
      ? searchedOf(scripts)
          .filter(matchesFilter(query))
          .map(({ script }) => script)
      : scripts,
  );
  const found: Script[] = [];
  for (let at = query.cursor === undefined ? 0 : placeAfter(scripts, query.cursor); at < scripts.length; at++) {
    const script = scripts[at] as Script;
    if (!chosen.has(script) || !mayRead(actor, script)) continue;
    const last = found.at(-1);
    if (found.length === query.limit && last !== undefined) return { scripts: found, next: cursorOf(last) };
    found.push(script);
  }
  return { scripts: found, next: undefined };
}

/** Two scripts may have the same name; the next page begins behind this one even if it is gone. */
function cursorOf({ name, file }: Script): string {
  return Buffer.from(JSON.stringify([name, file])).toString('base64url');
}

function placeAfter(scripts: readonly Script[], cursor: string): number {
  let after: unknown;
  try {
    after = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    // as any other text
  }
  if (!Array.isArray(after) || typeof after[0] !== 'string') throw new AppError('invalid', 'The cursor is not valid.');
  const [name, file] = after as [string, unknown];
  const same = scripts.findIndex((script) => script.name === name && script.file === file);
  if (same >= 0) return same + 1;
  const next = scripts.findIndex((script) => script.name > name);
  return next < 0 ? scripts.length : next;
}
