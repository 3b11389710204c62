import { describe, expect, it } from 'vitest';
import { authorize, OPERATOR, permits, VIEWER } from '../../src/domain/access.ts';

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
