import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permits, userId, type Actor } from '../../../src/domain/access/access.ts';
import { createRights, type Person } from '../../../src/domain/access/right.ts';
import { readAccessRules, SCRIPT_ROLES, scriptOfPlace } from '../../../src/domain/access/rule.ts';
import { rulesOfScripts, withScriptRules } from '../../../src/domain/access/script-rule.ts';
import { inFolder } from '../../../src/domain/script/script-search.ts';

const LINES = [
  '*: viewer signed-in; runner @staff',
  'finance/*: viewer @audit; runner @finance; author ana; runs own',
  'finance/public/*: runner anybody',
  'finance/salaries: runner @board',
  'drafts: author @staff',
];
const roleOf = (person: Person, script: string, lines = LINES) =>
  createRights(() => readAccessRules(lines), person).of(script);
const named = (name: string, ...groups: string[]): Person => ({ name, groups, isSignedIn: true });
const nobody: Person = { groups: [], isSignedIn: false };

describe('the rights of a person', () => {
  it.each([
    ['a stranger', nobody, 'news', undefined, 'script'],
    ['someone with the password', { groups: [], isSignedIn: true }, 'news', 'viewer', 'script'],
    ['a member', named('bob', 'staff'), 'news', 'runner', 'script'],
    ['a member elsewhere', named('bob', 'staff'), 'finance/q1', undefined, 'own'],
    ['an auditor', named('bob', 'staff', 'audit'), 'finance/q1', 'viewer', 'own'],
    ['an author', named('ana'), 'finance/q1', 'author', 'own'],
    ['an author, where a nearer rule leaves her out', named('ana'), 'finance/salaries', undefined, 'own'],
    ['the board', named('eve', 'board'), 'finance/salaries', 'runner', 'own'],
    ['a stranger in a folder for all', nobody, 'finance/public/a/b', 'runner', 'own'],
    ['a stranger beside that folder', nobody, 'finance/publication', undefined, 'own'],
    ['a user whose name is a group', named('finance'), 'finance/q1', undefined, 'own'],
  ] as const)('%s', (_who, person, script, ...[role, runs]) => {
    expect(roleOf(person, script)).toEqual({ role, runs });
  });

  it('are those of everybody where nothing is said', () => {
    expect(roleOf(nobody, 'a/b', [])).toEqual({ role: 'runner', runs: 'script' });
    expect(roleOf(nobody, 'a/b', ['a: runs own'])).toEqual({ role: 'runner', runs: 'own' });
  });

  it('are the same whichever scripts were asked for before', () => {
    const names = [
      'news',
      'finance/q1',
      'finance/q2',
      'finance/salaries',
      'finance/public/a',
      'finance/public/b/c',
      'x/y',
    ];
    const rules = readAccessRules(LINES);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names)), fc.constantFrom('staff', 'finance', 'board'), (asked, group) => {
        const rights = createRights(() => rules, named('bob', group));
        for (const name of asked) expect(rights.of(name)).toEqual(roleOf(named('bob', group), name));
      }),
    );
  });

  it('are those of the script itself before those of folders, which a folder line with its name is, too', () => {
    const rules = (text: string, ...all: string[]) =>
      withScriptRules(readAccessRules(all), new Map([['a', { script: 'a', text, file: 'a.py' }]]));
    const of = (script: string, text: string, ...all: string[]) =>
      createRights(() => rules(text, ...all), named('bob')).of(script);
    expect(of('a', 'runner ana', 'a/*: runner bob')).toEqual({ role: undefined, runs: 'script' });
    expect(of('a/b', 'runner ana', 'a/*: runner bob')).toEqual({ role: 'runner', runs: 'script' });
    expect(of('a', 'runner ana; runs own', 'a: runner bob')).toEqual({ role: 'runner', runs: 'own' });
    expect(of('a', 'inherited', '*: runner bob')).toEqual({ role: 'runner', runs: 'script' });
  });

  it.each(['', 'owner bob', 'operators bob', 'runner "bob', '["runner bob"]', 'null', 'x'.repeat(3000)])(
    'of a rule that cannot be read are those of authors by the lines only: %s',
    (text) => {
      const own = new Map([['a/b', { script: 'a/b', text, file: 'a/b.py' }]]);
      const rules = withScriptRules(readAccessRules(['a/*: runner anybody; author ana']), own);
      expect(createRights(() => rules, named('bob')).of('a/b').role).toBeUndefined();
      expect(createRights(() => rules, named('ana')).of('a/b').role).toBe('author');
      expect(createRights(() => rules, named('bob')).of('a/c').role).toBe('runner');
      expect(rules.get('a/b/.')?.problem).toMatch(/script_runner\.access .*(Write a text such as|Name groups)/s);
    },
  );

  it('follow the rules while they change', () => {
    let lines = ['a: runner bob'];
    const rights = createRights(() => readAccessRules(lines), named('bob'));
    expect(rights.of('a').role).toBe('runner');
    lines = ['a: runner ana'];
    expect(rights.of('a').role).toBeUndefined();
  });
});

const part = fc.constantFrom('a', 'b', 'ab');
const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const who = fc.constantFrom('anybody', 'signed-in', '@g', '@h', 'ana', 'bob');
const clause = fc.oneof(
  fc.record({ role: fc.constantFrom(...SCRIPT_ROLES), all: fc.array(who, { maxLength: 2 }) }),
  fc.record({ runs: fc.constantFrom('own', 'script') }),
);
const line = fc
  .record({
    place: fc.oneof(fc.constant('*'), name),
    clauses: fc.uniqueArray(clause, {
      minLength: 1,
      maxLength: 4,
      selector: (one) => ('role' in one ? one.role : 'runs'),
    }),
  })
  .map(({ place, clauses }) => ({
    place,
    clauses,
    text: `${place}: ${clauses.map((one) => ('role' in one ? [one.role, ...one.all].join(' ') : `runs ${one.runs}`)).join('; ')}`,
  }));
const lines = fc.uniqueArray(line, { maxLength: 5, selector: ({ place }) => place });
const person: fc.Arbitrary<Person> = fc.oneof(
  fc.constant(nobody),
  fc.constant<Person>({ groups: [], isSignedIn: true }),
  fc.record({
    name: fc.constantFrom('ana', 'bob', 'eve'),
    groups: fc.subarray(['g', 'h']),
    isSignedIn: fc.constant(true),
  }),
);

const textOf = ({ text }: { readonly text: string }) => text.slice(text.indexOf(':') + 1);
const ownRules = fc
  .array(fc.tuple(name, fc.oneof(line.map(textOf), fc.constant('unreadable'))), { maxLength: 3 })
  .map((all) =>
    rulesOfScripts(all.map(([script, text]) => ({ name: script, state: 'ready', access: { text, file: 'f' } }))),
  );
/** Whether a script is in the place of a rule or scope. */
const isAt = (script: string, place: string) => {
  const only = scriptOfPlace(place);
  return only === undefined ? inFolder(script, place) : script === only;
};

/** Read from the lines by themselves, another way. */
function expectedRole(
  rules: readonly { place: string; clauses: readonly object[] }[],
  script: string,
  someone: Person,
) {
  const around = rules
    .filter(({ place }) => place === '*' || script === place || script.startsWith(`${place}/`))
    .sort((one, other) => (other.place === '*' ? 0 : other.place.length) - (one.place === '*' ? 0 : one.place.length));
  const deciding = around.find(({ clauses }) => clauses.some((one) => 'role' in one));
  if (deciding === undefined) return 'runner';
  const words = [
    'anybody',
    ...(someone.isSignedIn ? ['signed-in'] : []),
    ...someone.groups.map((group) => `@${group}`),
  ];
  if (someone.name !== undefined) words.push(someone.name);
  const given = (deciding.clauses as readonly { role?: string; all?: readonly string[] }[])
    .filter(({ all }) => all?.some((one) => words.includes(one)) === true)
    .map(({ role }) => role);
  return [...SCRIPT_ROLES].reverse().find((role) => given.includes(role));
}

describe('any rules', () => {
  it('grant what their nearest line says, and nothing more, in any order', () => {
    fc.assert(
      fc.property(lines, fc.func(fc.nat()), person, name, (rules, order, someone, script) => {
        const texts = rules.map(({ text }) => text);
        const { role } = roleOf(someone, script, texts);
        expect(role).toBe(expectedRole(rules, script, someone));
        const shuffled = [...texts].sort((one, other) => order(one) - order(other));
        expect(roleOf(someone, script, shuffled)).toEqual(roleOf(someone, script, texts));
      }),
    );
  });

  it('show in lists the reports that may be read, and no others', () => {
    fc.assert(
      fc.property(
        fc.tuple(lines, ownRules),
        person,
        name,
        fc.constantFrom('ana', 'bob', 'viewer'),
        ([rules, own], ...asked) => {
          const [someone, script, by] = asked;
          const all = withScriptRules(readAccessRules(rules.map(({ text }) => text)), own);
          const rights = createRights(() => all, someone);
          const id = someone.name === undefined ? 'viewer' : userId(someone.name);
          const actor: Actor = { id, role: 'viewer', rights, person: someone };
          const found = rights
            .scopes()
            .filter(
              ({ place, without, isOwn }) =>
                isAt(script, place) && !without.some((inner) => isAt(script, inner)) && (!isOwn || by === id),
            );
          expect(found.length).toBe(permits(actor, { type: 'read-run', script, by }) ? 1 : 0);
        },
      ),
    );
  });

  it('of a script decide about this script only, before folders and after a line about it, in any order', () => {
    fc.assert(
      fc.property(
        lines,
        fc.tuple(line, name),
        fc.tuple(name, person),
        fc.boolean(),
        (rules, [own, owner], [script, someone], isRemembered) => {
          const texts = rules.map(({ text }) => text);
          const said = new Map([[owner, { script: owner, text: textOf(own), file: 'f' }]]);
          const [now, before] = isRemembered ? [new Map<string, never>(), said] : [said, new Map<string, never>()];
          const merged = createRights(() => withScriptRules(readAccessRules(texts), now, before), someone).of(script);
          const exact = rules.find(({ place }) => place === owner);
          const mayDecide = script === owner && exact === undefined;
          if (script !== owner) expect(merged).toEqual(roleOf(someone, script, texts));
          if (mayDecide) expect(merged).toEqual(roleOf(someone, script, [...texts, `${owner}: ${textOf(own)}`]));
          if (exact?.clauses.some((one) => 'role' in one) === true && script === owner)
            expect(merged.role).toBe(roleOf(someone, script, texts).role);
        },
      ),
    );
  });
});
