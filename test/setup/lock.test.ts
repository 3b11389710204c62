import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  dependencies?: object;
  optionalDependencies?: object;
  version?: string;
}

/** `npm ci` refuses a lock file with gaps, which npm writes silently when it updates an installed tree. */
it('has an entry in the lock file for every package that another one names', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
  const isLocked = (from: string, name: string): boolean => {
    if (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`]?.version !== undefined) return true;
    return from !== '' && isLocked(from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)), name);
  };
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path} -> ${name}`),
  );
  expect(missing).toEqual([]);
});
