/** The rows of a table of itables: numbers that JSON has no name for, and whole numbers in full. */

const NAMED: ReadonlyMap<unknown, number> = new Map([
  ['___NaN___', NaN],
  ['___Infinity___', Infinity],
  ['___-Infinity___', -Infinity],
]);

interface Context {
  readonly source?: string;
}

export function parseRows(json: string): unknown[] {
  const revive = (_key: string, value: unknown, { source }: Context = {}) => {
    const isLarge = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '');
    return isLarge ? BigInt(source ?? 0) : (NAMED.get(value) ?? value);
  };
  return JSON.parse(json, revive as (key: string, value: unknown) => unknown) as unknown[];
}
