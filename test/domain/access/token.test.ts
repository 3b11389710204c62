import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Action, type Actor, permits, userId } from '../../../src/domain/access/access.ts';
import { createRights } from '../../../src/domain/access/right.ts';
import { readAccessRules } from '../../../src/domain/access/rule.ts';
import { isIn, tokenActor } from '../../../src/domain/access/token.ts';
import { TOKEN_SCOPES, type TokenBounds } from '../../../src/domain/access/token-bounds.ts';

const name = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const line = fc.tuple(
  fc.oneof(fc.constant('*'), name),
  fc.constantFrom('viewer ana', 'runner @g', 'author ana', 'runner anybody', 'runs own', 'viewer nobody; runs own'),
);
const lines = fc.uniqueArray(line, { maxLength: 5, selector: ([place]) => place });
const bounds: fc.Arbitrary<TokenBounds> = fc.record({
  scope: fc.constantFrom(...TOKEN_SCOPES),
  places: fc.uniqueArray(name, { maxLength: 3 }),
});
const actor = fc
  .record({ lines, groups: fc.subarray(['g']), role: fc.constantFrom('viewer', 'operator') })
  .map((one): Actor => {
    const person = { name: 'ana', groups: one.groups, isSignedIn: true };
    const rules = readAccessRules(one.lines.map(([place, what]) => `${place}: ${what}`));
    return { id: userId('ana'), role: one.role, person, rights: createRights(() => rules, person) };
  });
const by = fc.constantFrom('ana', 'bob');
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constantFrom('read-script', 'run-script'), script: name, isDraft: fc.boolean() }),
  fc.record({ type: fc.constant('author-script'), script: name }),
  fc.record({ type: fc.constant('read-run'), script: name, by }),
  fc.record({ type: fc.constantFrom('cancel-run', 'keep-run', 'delete-run', 'share-run'), by }),
  fc.record({ type: fc.constant('change-preset'), isMaker: fc.boolean() }),
  fc.record({ type: fc.constantFrom('administer', 'use-tokens', 'use-sessions', 'list-scripts') }),
) as fc.Arbitrary<Action>;

it('allows nothing that the person may not, nothing outside its places, and what its scope says', () => {
  fc.assert(
    fc.property(actor, bounds, action, (person, token, wanted) => {
      const program = tokenActor(person, token);
      const may = permits(program, wanted);
      if (may) expect(permits(person, wanted)).toBe(true);
      if (may && 'script' in wanted) expect(isIn(wanted.script, token.places)).toBe(true);
      const changes = !['read-script', 'read-run', 'list-scripts'].includes(wanted.type);
      if (token.scope === 'read' && changes) expect(may).toBe(false);
      if (/share-run|use-/.test(wanted.type)) expect(may).toBe(false);
      const isForAll = token.places.length === 0 && token.scope === 'administer' && !/share-run|use-/.test(wanted.type);
      if (isForAll) expect(may).toBe(permits(person, wanted));
    }),
    { numRuns: 2_000 },
  );
});

it('lists the reports that it may read, each once, and no others', () => {
  fc.assert(
    fc.property(actor, bounds, name, by, (person, token, script, owner) => {
      const program = tokenActor(person, token);
      const listed = program.rights
        .scopes()
        .filter(({ place, without }) => isIn(script, [place]) && !without.some((outer) => isIn(script, [outer])))
        .filter(({ isOwn }) => !isOwn || owner === program.id);
      const may = permits({ ...program, role: 'viewer' }, { type: 'read-run', script, by: owner });
      expect(listed.length).toBe(may ? 1 : 0);
    }),
    { numRuns: 2_000 },
  );
});
