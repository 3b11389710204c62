/** The parts of an event log that are the same on every machine: no times, ids, bytes of pictures or versions. */

export function stable(events: readonly object[]): string {
  // a table is written while the next cells may already run
  const [tables, others] = [events.filter(isTable), events.filter((event) => !isTable(event))];
  return `${[...others, ...tables].map((event) => JSON.stringify(clean(event))).join('\n')}\n`;
}

const isTable = (event: object) => 'type' in event && event.type === 'table-kept';

const VOLATILE = new Set(['seq', 'ms', 'worker', 'revision', 'environment', 'supply', 'hash', 'sizeBytes', '$blob']);

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      if (VOLATILE.has(key) || (key === 'at' && typeof part === 'string')) return [];
      return [[key, key.startsWith('image/') ? 'a picture' : clean(part)]];
    }),
  );
}
