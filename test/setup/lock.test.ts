import { execFileSync } from 'node:child_process';
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

/** As a release does. */
it('gives npm a list of all libraries, with their hashes', () => {
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly hashes?: readonly { readonly alg: string }[];
  }
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 50_000_000 });
  const { components } = JSON.parse(text) as { components: readonly Component[] };
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
  const hashed = components.filter(({ hashes = [] }) => hashes.some(({ alg }) => alg === 'SHA-512'));
  expect(hashed).toHaveLength(components.length);
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(dependencies)));
});
