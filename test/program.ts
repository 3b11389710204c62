/** Python programs of tests: files in the folder `program` beside them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns a function that reads a program beside the tests of the folder, by name without extension; `values` are
 * assigned to variables of these names at its beginning.
 */
export function programsIn(
  folder: string,
): (name: string, values?: Readonly<Record<string, string | number>>) => string {
  return (name, values = {}) => {
    const assignments = Object.entries(values).map(([variable, value]) => `${variable} = ${JSON.stringify(value)}\n`);
    return assignments.join('') + readFileSync(join(folder, 'program', `${name}.py`), 'utf8');
  };
}
