import { describe, expect, it } from 'vitest';
import { authorize, OPERATOR, permits, userId, VIEWER } from '../../../src/domain/access/access.ts';

describe('access', () => {
  it.each([
    ['administer', { type: 'administer' }, false],
    ['cancel one’s own run', { type: 'cancel-run', by: 'viewer' }, true],
    ['cancel another’s run', { type: 'cancel-run', by: 'operator' }, false],
    ['run a script', { type: 'run-script', script: 'a' }, true],
  ] as const)('a viewer asking to %s', (_what, action, allowed) => {
    expect(permits(VIEWER, action)).toBe(allowed);
    expect(permits(OPERATOR, action)).toBe(true);
  });

  it('refuses with forbidden', () => {
    expect(() => authorize(VIEWER, { type: 'administer' })).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });
});

describe('the id of a user whom a proxy names', () => {
  it('is the name, but never one of ours', () => {
    const names = ['ana', 'ana@example.org', 'operator', 'Operator', 'VIEWER', 'cli', 'user:operator', 'user:user:ana'];
    expect(names.map(userId)).toEqual([
      'ana',
      'ana@example.org',
      'user:operator',
      'user:Operator',
      'user:VIEWER',
      'user:cli',
      'user:user:operator',
      'user:user:user:ana',
    ]);
  });
});
