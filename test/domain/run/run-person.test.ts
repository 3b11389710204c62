import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personVariables, runPerson } from '../../../src/domain/run/run-person.ts';

describe('for whom a run is made', () => {
  it('is kept only of people known by name', () => {
    expect(runPerson({ groups: ['finance'], isSignedIn: true })).toBeUndefined();
    expect(runPerson({ name: 'ana', shownName: 'Ana', groups: ['finance'], isSignedIn: true })).toEqual({
      name: 'ana',
      groups: ['finance'],
      isSignedIn: true,
    });
  });

  it('reaches the kernel in variables, which are there for everybody', () => {
    expect(personVariables({ name: 'ana', email: 'ana@example.org', groups: ['a,b', '"'], isSignedIn: true })).toEqual({
      SCRIPT_RUNNER_USER: 'ana',
      SCRIPT_RUNNER_USER_EMAIL: 'ana@example.org',
      SCRIPT_RUNNER_USER_GROUPS: '["a,b","\\""]',
    });
    expect(personVariables(undefined)).toEqual({
      SCRIPT_RUNNER_USER: '',
      SCRIPT_RUNNER_USER_EMAIL: '',
      SCRIPT_RUNNER_USER_GROUPS: '[]',
    });
  });

  it('never turns one name into another that the system accepts', () => {
    const name = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 5 }), (user, groups) => {
        const told = personVariables({ name: user, groups, isSignedIn: true });
        expect(Object.values(told).some((value) => value.includes('\0') || !value.isWellFormed())).toBe(false);
        expect(told['SCRIPT_RUNNER_USER']).toHaveLength(user.length);
        expect(JSON.parse(told['SCRIPT_RUNNER_USER_GROUPS'] ?? '')).toEqual(groups);
      }),
    );
    expect(personVariables({ name: 'a\0na', groups: [], isSignedIn: true })['SCRIPT_RUNNER_USER']).toBe('a�na');
  });

  it('has no group of a list that is too long for a variable', () => {
    const groups = Array.from({ length: 4_000 }, (_, at) => `group ${at}`);
    expect(personVariables({ name: 'ana', groups, isSignedIn: true })['SCRIPT_RUNNER_USER_GROUPS']).toBe('[]');
  });
});
