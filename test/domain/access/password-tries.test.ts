import { expect, it } from 'vitest';
import { accountKey, countTriesHere } from '../../../src/domain/access/password-tries.ts';
import { testTries } from '../../store/contract-tries.ts';

testTries('in memory', countTriesHere);

it('an account is the same however its name is written, and no other', () => {
  const key = accountKey('people', 'ana maria');
  for (const name of [
    'Ana Maria',
    ' ana  maria ',
    'ana\tmaria',
    'ａｎａ maria',
    'an\u{ad}a \u{200b}maria',
    'ana\0 maria',
  ])
    expect([name, accountKey('people', name)]).toEqual([name, key]);
  for (const other of [
    accountKey('local', 'ana maria'),
    accountKey('people', 'anamaria'),
    accountKey('people', 'añа maria'),
  ])
    expect(other).not.toBe(key);
});
