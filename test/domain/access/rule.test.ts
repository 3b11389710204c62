import { describe, expect, it } from 'vitest';
import { readAccessRules } from '../../../src/domain/access/rule.ts';

const [anybody, signedIn] = [{ type: 'anybody' }, { type: 'signed-in' }] as const;
const user = (name: string) => ({ type: 'user', name }) as const;
const group = (name: string) => ({ type: 'group', name }) as const;

describe('a line of the setting access', () => {
  it.each([
    ['*: runner anybody', '', { runner: [anybody] }, undefined],
    ['/: viewer signed-in', '', { viewer: [signedIn] }, undefined],
    [
      'finance/*: runner @finance ana@example.org; runs own',
      'finance',
      { runner: [group('finance'), user('ana@example.org')] },
      'own',
    ],
    ['finance/: author ana', 'finance', { author: [user('ana')] }, undefined],
    [
      '/finance/salaries : viewer @a @b;runs script;',
      'finance/salaries',
      { viewer: [group('a'), group('b')] },
      'script',
    ],
    [
      'a b/c: runner "Ana Lopez" @"the; board"',
      'a b/c',
      { runner: [user('Ana Lopez'), group('the; board')] },
      undefined,
    ],
    ['x: runner "anybody"', 'x', { runner: [user('anybody')] }, undefined],
    ['x: runner nobody', 'x', { runner: [] }, undefined],
    ['x: runs own', 'x', undefined, 'own'],
    ['Cafe\u0301: runner anybody', 'Café', { runner: [anybody] }, undefined],
  ] as const)('%s', (line, place, roles, runs) => {
    const rule = readAccessRules([line]).get(place);
    expect([rule?.roles, rule?.runs]).toEqual([roles, runs]);
  });

  it.each([
    ['finance', 'it does not begin with a script'],
    [': runner ana', 'it does not begin with a script'],
    ['fin*: runner ana', 'it does not begin with a script'],
    ['*/a: runner ana', 'it does not begin with a script'],
    ['a/../b: runner ana', 'it does not begin with a script'],
    ['a:', 'it says nothing behind the colon'],
    ['a: ;', 'it says nothing behind the colon'],
    ['a: owner ana', '“owner ana” is no part of it'],
    ['a: operator ana', '“operator ana” is no part of it'],
    ['a: runs mine', '“runs mine” is no part of it'],
    ['a: runner ana; runner bob', '“runner bob” is no part of it'],
    ['a: runner "ana', 'it has a sign that is not part of a name'],
    ['a: runner @', 'it has a sign that is not part of a name'],
  ])('is refused: %s', (line, why) => {
    expect(() => readAccessRules([line])).toThrow(why);
  });

  it('is the only one about its place', () => {
    expect(() => readAccessRules(['a: runner x', 'a/*: runner y'])).toThrow('two lines about “a”');
    expect(() => readAccessRules(['*: runner x', '/: runner y'])).toThrow('two lines about everything');
  });

  it('is one of a bounded number', () => {
    expect(() => readAccessRules(Array.from({ length: 1001 }, (_, at) => `s${at}: runner x`))).toThrow(
      '1000 are the most',
    );
  });
});
