/** The part of a query that leaves out what somebody may not see. */
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { Scope } from '../../domain/access/right.ts';
import { scriptOfPlace } from '../../domain/access/rule.ts';
import type { RunSight } from '../../domain/run/run-store.ts';
import type { Engine } from '../engine/engine.ts';

const AND = sql` and `;
const OR = sql` or `;
/** SQLite nests such terms, and not more than a thousand deep. */
const TERMS_AT_ONCE = 100;

/** Undefined: everything is seen. */
export function seenBy(
  { texts }: Pick<Engine, 'texts'>,
  { user, scopes, without, grantees }: RunSight,
): Expression<SqlBool> | undefined {
  const all = scopes.some(({ place, without: inside, isOwn }) => place === '' && inside.length === 0 && !isOwn);
  const parts = [
    ...(all ? [] : [any(scopeTerms(scopes, { user, texts }))]),
    ...(without.length === 0 ? [] : [sql<SqlBool>`script not in ${texts(without)}`]),
  ];
  if (parts.length === 0) return undefined;
  const byRules = joined(parts, AND);
  return grantees.length === 0 ? byRules : joined([byRules, sharedWith(grantees)], OR);
}

/** Of at least one grantee. */
export function sharedWith(grantees: readonly string[]): Expression<SqlBool> {
  return sql<SqlBool>`number in (select run_number from shares where grantee in (${sql.join(grantees)}))`;
}

interface Terms extends Pick<Engine, 'texts'> {
  readonly user: string;
}

/** There may be thousands of places: a list of names is looked up, many terms are not. */
function scopeTerms(scopes: readonly Scope[], terms: Terms): Expression<SqlBool>[] {
  const isWhole = ({ place, without }: Scope) => place !== '' && without.length === 0;
  const whole = Map.groupBy(scopes.filter(isWhole), ({ isOwn }) => isOwn);
  return [
    ...scopes.filter((scope) => !isWhole(scope)).map((scope) => isIn(scope, terms)),
    ...[...whole].map(([isOwn, some]) => {
      const named = isAtAny(
        some.map(({ place }) => place),
        terms,
      );
      return isOwn ? joined([named, isBy(terms)], AND) : named;
    }),
  ];
}

function isIn({ place, without, isOwn }: Scope, terms: Terms): Expression<SqlBool> {
  const parts = [
    ...(place === '' ? [] : [isAtAny([place], terms)]),
    ...(without.length === 0 ? [] : [sql<SqlBool>`not ${isAtAny(without, terms)}`]),
    ...(isOwn ? [isBy(terms)] : []),
  ];
  return parts.length === 0 ? sql<SqlBool>`1 = 1` : joined(parts, AND);
}

function isBy({ user }: Terms): Expression<SqlBool> {
  return sql<SqlBool>`submitted_by = ${user}`;
}

/**
 * Whether the script is one of the places, or in one of them. Compared by characters: `like` ignores case on SQLite,
 * and an order of a language decides ranges on PostgreSQL.
 */
function isAtAny(places: readonly string[], { texts }: Terms): Expression<SqlBool> {
  const names = places.map((place) => scriptOfPlace(place) ?? place);
  const folders = places.filter((place) => scriptOfPlace(place) === undefined).map((place) => `${place}/`);
  // PostgreSQL counts code points, as SQLite does
  const byLength = [...Map.groupBy(folders, (folder) => [...folder].length)];
  const starts = byLength.map(
    ([length, some]) => sql<SqlBool>`substr(script, 1, ${sql.lit(length)}) in ${texts(some)}`,
  );
  return joined([sql<SqlBool>`script in ${texts(names)}`, ...starts], OR);
}

function any(parts: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  return parts.length === 0 ? sql<SqlBool>`1 = 0` : joined(parts, OR);
}

/** Of at least one part. */
function joined(parts: readonly Expression<SqlBool>[], word: RawBuilder<unknown>): Expression<SqlBool> {
  if (parts.length <= TERMS_AT_ONCE) return sql<SqlBool>`(${sql.join(parts, word)})`;
  const groups = Array.from({ length: Math.ceil(parts.length / TERMS_AT_ONCE) }, (_, at) =>
    joined(parts.slice(at * TERMS_AT_ONCE, (at + 1) * TERMS_AT_ONCE), word),
  );
  return joined(groups, word);
}
