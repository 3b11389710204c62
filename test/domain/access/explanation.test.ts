import { describe, expect, it } from 'vitest';
import { decidingTexts, explainAccess, unusedRules } from '../../../src/domain/access/explanation.ts';
import type { Person } from '../../../src/domain/access/right.ts';
import { readAccessRules } from '../../../src/domain/access/rule.ts';
import { withScriptRules } from '../../../src/domain/access/script-rule.ts';

const RULES = readAccessRules([
  'finance/*: viewer @audit signed-in; runner ana; runs own',
  'finance/salaries: runner @board',
  'news: author "Ana Lopez"',
]);
const explain = (person: Partial<Person>, script: string, operators: string[] = []) =>
  explainAccess(RULES, { operators }, { groups: [], isSignedIn: person.name !== undefined, ...person }, script);

it('names the rules that decide about a script, for check', () => {
  const said = new Map([
    ['finance/own', { script: 'finance/own', text: 'runner eve', file: 'finance/own.params.json' }],
  ]);
  const texts = (script: string) => decidingTexts(withScriptRules(RULES, said), script);
  expect(texts('finance/own')).toEqual([
    '"finance/own: runner eve" in finance/own.params.json',
    '"finance/*: viewer @audit signed-in; runner ana; runs own"',
  ]);
  expect(texts('news')).toEqual(['"news: author "Ana Lopez""']);
  expect(texts('other')).toEqual([]);
});

describe('an explanation', () => {
  it('says what somebody may do, which line says so, and whom it names', () => {
    expect(explain({ name: 'ana' }, 'finance/q1')).toEqual([
      'ana may see the reports and run it (runner).',
      expect.stringMatching(/^The line is "finance\/\*: .*", which names ana\.$/),
      expect.stringContaining('They see only the reports that they request: "finance/*:'),
    ]);
    expect(explain({ name: 'bob', groups: ['audit'] }, 'finance/q1')[1]).toContain(
      'which names the group audit and everybody who has signed in.',
    );
  });

  it('says that there is nothing', () => {
    expect(explain({ name: 'ana' }, 'finance/salaries')).toEqual([
      'For ana, there is no finance/salaries.',
      'The line is "finance/salaries: runner @board", which names neither them nor a group of theirs.',
    ]);
  });

  it('of somebody whom nothing names, of an operator, and of what no line is about', () => {
    expect(explain({ isSignedIn: true }, 'finance/q1').join('\n')).toMatch(
      /Whoever has signed in may.*Nobody knows them/s,
    );
    expect(explain({ name: 'x', groups: ['ops'] }, 'news', ['@ops'])[0]).toBe(
      'x may do everything here, as an operator.',
    );
    expect(explain({}, 'other')).toEqual([
      'Whoever has not signed in may see the reports and run it (runner).',
      'No line of the setting access says otherwise.',
      'They see all its reports.',
    ]);
  });
});

describe('lines about places without scripts', () => {
  it('are found, also folders', () => {
    const unused = (names: string[]) => unusedRules(RULES.values(), names).map(({ place }) => place);
    expect(unused(['finance/salaries', 'news/old'])).toEqual([]);
    expect(unused(['financial/q1', 'newsletter'])).toEqual(['finance', 'finance/salaries', 'news']);
    expect(unused(['finance/q1'])).toEqual(['finance/salaries', 'news']);
  });
});

it('says of somebody who has not signed in where people do what a line opens to anybody, and nothing else', () => {
  const rules = readAccessRules(['open/*: author anybody', 'team/*: runner signed-in']);
  const authentication = { operators: [], identityHeader: 'x-user' };
  const explain = (script: string) =>
    explainAccess(rules, authentication, { groups: [], isSignedIn: false }, script).join(' ');
  expect(explain('open/a')).toBe(
    'Whoever has not signed in may see the reports and run it (runner). The line is "open/*: author anybody", which names anybody. They see all its reports.',
  );
  expect(explain('team/a')).toMatch(/^For whoever has not signed in, there is no team\/a\./);
  expect(explain('other')).toBe(
    'For whoever has not signed in, there is no other. People sign in here, and no line opens it to anybody.',
  );
});
