import { describe, expect, it } from 'vitest';
import { keepHashes, pinIndexes, pinsOf, withoutVersion } from '../../src/python/lock-index.ts';

const lockOf = (registry: string) => `version = 1
[[package]]
name = "sales"
version = "1.0"
source = { registry = "${registry}" }
[[package]]
name = "p"
source = { virtual = "." }
`;
const sourcesOf = (url: string, registry: string, more: object = {}) =>
  pinIndexes({ index: [{ url, ...more }] }, lockOf(registry))['sources'];

describe('the index of a locked package', () => {
  it.each([
    ['https://example.org/simple', 'https://example.org/simple'],
    ['https://example.org/simple/', 'https://example.org/simple'],
    ['https://ana:secret@example.org/simple', 'https://example.org/simple'],
    ['file:///srv/wheels', '/srv/wheels'],
    ['/srv/wheels', '../wheels'],
  ])('%s is that of the table: %s', (url, registry) => {
    expect(sourcesOf(url, registry)).toEqual({ sales: [{ index: 'index-0' }] });
    expect(sourcesOf(url, registry, { name: 'own', explicit: true })).toEqual({ sales: [{ index: 'own' }] });
  });

  it.each([
    ['https://example.org/simple', 'https://other.example/simple'],
    ['https://example.org/simple', 'https://example.org/simple/more'],
    ['/srv/my-wheels', '../wheels'],
  ])('%s is another than %s', (url, registry) => {
    expect(sourcesOf(url, registry)).toEqual({});
  });

  it('does not keep others from being searched', () => {
    const uv = { index: [{ name: 'own', url: 'https://example.org', explicit: true }], prerelease: 'allow' };
    expect(pinIndexes(uv, 'version = 1')).toEqual({
      ...{ prerelease: 'allow', sources: {}, 'index-strategy': 'unsafe-best-match' },
      index: [{ name: 'own', url: 'https://example.org', explicit: false }],
    });
    expect(pinIndexes({}, lockOf('https://example.org'))).toMatchObject({ index: [], sources: {} });
  });
});

it.each([
  ['sales', 'sales'],
  ['sales >=1,<2', 'sales'],
  ['sales[excel]>=1 ; python_version >= "3.8"', 'sales; python_version >= "3.8"'],
  ['sales @ https://example.org/sales-1.0-py3-none-any.whl', 'sales @ https://example.org/sales-1.0-py3-none-any.whl'],
])('%s without its version is %s', (requirement, expected) => {
  expect(withoutVersion(requirement)).toBe(expected);
});

const EXPORTED = `idna==3.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
sales==1.0 ; python_version >= '3.8' \\
    --hash=sha256:cc
own @ https://example.org/own-1.0-py3-none-any.whl
./folder
`;

describe('the export of a uv.lock', () => {
  it('names versions with their conditions', () => {
    expect(pinsOf(EXPORTED)).toEqual(['idna==3.1', "sales==1.0 ; python_version >= '3.8'"]);
  });

  it('gives its hashes to what was resolved from it, and to nothing else', () => {
    const compiled =
      'idna==3.1 \\\n    --hash=sha256:zz\nipykernel==6.29 \\\n    --hash=sha256:dd\nsales==2.0 \\\n    --hash=sha256:ee\n';
    expect(keepHashes(compiled, EXPORTED)).toBe(
      compiled.replace('    --hash=sha256:zz', '    --hash=sha256:aa \\\n    --hash=sha256:bb'),
    );
    expect(keepHashes(compiled, '')).toBe(compiled);
  });
});
