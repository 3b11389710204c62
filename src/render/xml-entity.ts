/** Entities that an XML document declares for itself, as drawing programs do: HTML does not know them. */

const DOCTYPE = /<!DOCTYPE\s+[\w:]+[^>[]*\[((?:[^\]"']|"[^"]*"|'[^']*')*)\]\s*>/iy;
const ENTITY = /<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g;

/** A longer document type is ignored. */
const MOST_DOCTYPE_CHARS = 100_000;
/** Further ones are ignored. */
const MOST_ENTITIES = 200;
/** If the text would grow by more, its entities stay as they are. */
const MOST_GROWTH_CHARS = 500_000;

/**
 * The document without its document type; the entities that it declares are replaced. Entities within entities stay.
 */
export function withoutDoctype(source: string): string {
  const at = source.search(/<!DOCTYPE/i);
  if (at === -1) return source;
  DOCTYPE.lastIndex = 0;
  const doctype = DOCTYPE.exec(source.slice(at, at + MOST_DOCTYPE_CHARS));
  if (doctype === null) return source;
  const entities = new Map<string, string>();
  for (const [, name = '', double, single] of (doctype[1] ?? '').matchAll(ENTITY))
    if (entities.size < MOST_ENTITIES) entities.set(name, double ?? single ?? '');
  const rest = source.slice(0, at) + source.slice(at + doctype[0].length);
  let grown = 0;
  const expanded = rest.replace(/&([\w.-]{1,100});/g, (all, name: string) => {
    const value = entities.get(name);
    if (value === undefined || grown > MOST_GROWTH_CHARS) return all;
    grown += value.length;
    return value;
  });
  return grown > MOST_GROWTH_CHARS ? rest : expanded;
}
