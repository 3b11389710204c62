/** Which scripts people find: drafts, earlier names and rules of the scripts themselves together. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findScript, mayRead } from '../../../src/app/script/script-find.ts';
import type { Actor } from '../../../src/domain/access/access.ts';
import { createRights, type Person } from '../../../src/domain/access/right.ts';
import { readAccessRules, SCRIPT_ROLES, type ScriptRole } from '../../../src/domain/access/rule.ts';
import { rulesOfScripts, withScriptRules } from '../../../src/domain/access/script-rule.ts';
import { namesOf, type Script } from '../../../src/domain/script/script.ts';
import { ownAliases } from '../../../src/files/script-publication.ts';

const name = fc.constantFrom('a', 'b', 'a/a', 'a/b', 'b/a', 'a/b/a');
const words = ['anybody', 'signed-in', '@g', 'ana', 'nobody'];
const clause = fc.record({ role: fc.constantFrom(...SCRIPT_ROLES), who: fc.constantFrom(...words) });
const rule = fc.uniqueArray(clause, { minLength: 1, maxLength: 3, selector: ({ role }) => role });
const textOf = (clauses: readonly { readonly role: string; readonly who: string }[]) =>
  clauses.map(({ role, who }) => `${role} ${who}`).join('; ');
const lines = fc.uniqueArray(fc.tuple(fc.oneof(name, fc.constant('*')), rule), {
  maxLength: 4,
  selector: ([place]) => place,
});
const scripts = fc.uniqueArray(
  fc.record({
    name,
    aliases: fc.array(name, { maxLength: 2 }),
    isDraft: fc.boolean(),
    own: fc.option(rule, { nil: undefined }),
  }),
  { maxLength: 5, selector: (script) => script.name },
);
const people: readonly Person[] = [
  { groups: [], isSignedIn: false },
  { groups: [], isSignedIn: true },
  { name: 'ana', groups: [], isSignedIn: true },
  { name: 'bob', groups: ['g'], isSignedIn: true },
];

type Clauses = readonly { readonly role: ScriptRole; readonly who: string }[];

/** The highest role that the clauses give, read without the code that is tested. */
function roleOf(clauses: Clauses, { name: own, groups, isSignedIn }: Person): number {
  const known = ['anybody', ...(isSignedIn ? ['signed-in'] : []), ...groups.map((group) => `@${group}`), own];
  return Math.max(
    -1,
    ...clauses.filter(({ who }) => known.includes(who)).map(({ role }) => SCRIPT_ROLES.indexOf(role)),
  );
}

it('are those that the nearest rule of their present names shows, drafts only to authors, under whichever name', async () => {
  const some = fc.tuple(lines, scripts, name, fc.constantFrom(...people), fc.boolean());
  await fc.assert(
    fc.asyncProperty(some, async ([rules, all, asked, person, isReversed]) => {
      const aliases = ownAliases(all);
      const found = all.map(({ name: own, isDraft, own: said }, at) => ({
        ...{ name: own, state: 'ready', aliases: aliases[at] ?? [] },
        ...(isDraft ? { isDraft: true } : {}),
        ...(said === undefined ? {} : { access: { text: textOf(said), file: `${own}.py` } }),
      })) as unknown as readonly Script[];
      const texts = rules.map(([place, clauses]) => `${place}: ${textOf(clauses)}`);
      const ordered = isReversed ? texts.toReversed() : texts;
      const rights = createRights(() => withScriptRules(readAccessRules(ordered), rulesOfScripts(found)), person);
      const actor: Actor = { id: person.name ?? 'viewer', role: 'viewer', rights, person };
      const source = {
        list: async () => found,
        find: async (wanted: string) => found.find((script) => namesOf(script).includes(wanted)),
      };
      const shown = await findScript({ scripts: source }, actor, asked).catch((error: { code: string }) => error.code);

      const at = found.findIndex((script) => namesOf(script).includes(asked));
      const there = all[at];
      if (there === undefined) {
        expect(shown).toBe('not-found');
        return;
      }
      const exact = rules.find(([place]) => place === there.name)?.[1];
      const around = rules
        .filter(([place]) => place === '*' || there.name.startsWith(`${place}/`))
        .toSorted(([one], [other]) => (other === '*' ? 0 : other.length) - (one === '*' ? 0 : one.length));
      const everybody: Clauses = [{ role: 'runner', who: 'anybody' }];
      const role = roleOf(exact ?? there.own ?? around[0]?.[1] ?? everybody, person);
      const needed = SCRIPT_ROLES.indexOf(there.isDraft ? 'author' : 'viewer');
      expect(shown).toBe(role >= needed ? found[at] : 'not-found');
      expect(mayRead(actor, found[at]!)).toBe(role >= needed);
    }),
    { numRuns: 150 },
  );
});
