/** A table by rows, in blocks: what writers of lines need. */
import type { Column, Value } from './table-column.ts';
import type { Header, OpenTable } from './table-read.ts';

export interface TableRows {
  readonly header: Header;
  readonly blocks: AsyncIterable<readonly (readonly Value[])[]>;
}

export function byRows({ header, blocks }: OpenTable): TableRows {
  return { header, blocks: turned(blocks) };
}

async function* turned(blocks: OpenTable['blocks']) {
  for await (const block of blocks)
    yield Array.from(block[0] ?? [], (_value, row) => block.map((column) => column[row]!));
}

/** The values are counts of a unit since 1970. */
export function isTimed({ type }: Column): boolean {
  return type === 'date' || type === 'datetime';
}

/** The names of the columns, each unlike the ones before: `a`, `a (2)`. */
export function uniqueNames(columns: readonly Column[]): readonly string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let count = 2; taken.has(unique); count += 1) unique = `${name} (${count})`;
    taken.add(unique);
    return unique;
  });
}
