import { expect, test } from 'vitest';
import { readRenvLock } from '../../src/python/renv-lock.ts';

const R = { Version: '4.2.2', Repositories: [{ Name: 'CRAN', URL: 'https://cran.example' }] };
const lock = (packages: object, r: object = R) => JSON.stringify({ R: r, Packages: packages });

test('reads exact versions, and where they come from', () => {
  const packages = { dplyr: { Package: 'dplyr', Version: '1.1.4', Source: 'Repository', Repository: 'CRAN' } };
  expect(readRenvLock(lock(packages))).toEqual({
    packages: [{ name: 'dplyr', version: '1.1.4' }],
    repositories: ['https://cran.example'],
  });
  expect(readRenvLock('{"Packages": {}}')).toEqual({ packages: [], repositories: [] });
});

test.each([
  [lock({ 'x"); q("': { Version: '1' } }), /has no version/],
  [lock({ x: { Version: '1\t2' } }), /“x” has no version/],
  [lock({ x: {} }), /“x” has no version/],
  [lock({ x: { Version: '1', Source: 'GitHub' } }), /“x” comes from "GitHub"/],
  [lock({ x: { Version: '1' } }, { Repositories: [{ URL: 'a b' }] }), /“a b” is no address/],
  [lock({ x: { Version: '1' } }, {}), /names no repository/],
])('refuses %s', (text, message) => {
  expect(() => readRenvLock(text)).toThrow(message);
});
