/** Why somebody may do something with a script, or may not, in sentences. */
import { type AuthenticationSettings, isOperator, needsSignIn } from './authentication.ts';
import { decidingRules, grantsOf, guestRole, type Person, roleIn } from './right.ts';
import { type AccessRule, type AccessRules, type Grantee, OPEN_RULE } from './rule.ts';

const MAY = {
  operator: 'may do everything here, as an operator.',
  author: 'may see the reports, run it, see its drafts, findings, usage and revisions, and roll it back (author).',
  runner: 'may see the reports and run it (runner).',
  viewer: 'may see the reports, but not run it (viewer).',
};

/** Of a name, or of the words `anybody` and `signed-in` for people whom nothing names. */
export function personFor(word: string, groups: readonly string[]): Person {
  if (word === 'anybody' || word === 'signed-in') return { groups: [], isSignedIn: word === 'signed-in' };
  return { name: word, groups, isSignedIn: true };
}

/** The answer first, then what it comes from. */
export function explainAccess(
  rules: AccessRules,
  authentication: AuthenticationSettings,
  person: Person,
  script: string,
): readonly string[] {
  const nameless = person.isSignedIn ? 'has signed in' : 'has not signed in';
  const [who, subject] = [person.name ?? `whoever ${nameless}`, person.name ?? `Whoever ${nameless}`];
  if (isOperator(authentication, person)) return [`${subject} ${MAY.operator}`, 'The setting operators says so.'];
  const deciding = decidingRules(rules, script);
  const isGuest = !person.isSignedIn && needsSignIn(authentication);
  if (isGuest && deciding.roles === OPEN_RULE)
    return [`For ${who}, there is no ${script}.`, 'People sign in here, and no line opens it to anybody.'];
  const named = roleIn(deciding.roles, person);
  if (named === undefined)
    return [
      `For ${who}, there is no ${script}.`,
      `${ruleText(deciding.roles)}, which names neither them nor a group of theirs.`,
      ...problemTexts(deciding.roles),
      ...replacedTexts(rules, script),
    ];
  const role = isGuest ? guestRole(named) : named;
  const because = grantsOf(deciding.roles.roles?.[named], person).map(granteeText);
  return [
    `${subject} ${MAY[role]}`,
    deciding.roles === OPEN_RULE
      ? 'No line of the setting access says otherwise.'
      : `${ruleText(deciding.roles)}, which names ${because.join(' and ')}.`,
    ...problemTexts(deciding.roles),
    reportText(deciding.runs, person),
    ...replacedTexts(rules, script),
  ];
}

/** Which rules decide about the script, each as one line; none where no rule does. */
export function decidingTexts(rules: AccessRules, script: string): readonly string[] {
  const { roles, runs } = decidingRules(rules, script);
  return [...new Set([roles, runs])]
    .filter((rule) => rule !== OPEN_RULE)
    .map((rule) => `"${rule.line}"${placeText(rule)}`);
}

function reportText(rule: AccessRule, { name }: Person): string {
  if (rule.runs !== 'own') return 'They see all its reports.';
  const from = `"${rule.line}"${placeText(rule)}`;
  return name === undefined
    ? `Nobody knows them by name, so they see no report of it, and cannot run it: ${from}.`
    : `They see only the reports that they request: ${from}.`;
}

function ruleText(rule: AccessRule): string {
  if (rule.problem !== undefined) return `The rule in ${rule.file ?? 'its file'} leaves only authors`;
  return `The line is "${rule.line}"${placeText(rule)}`;
}

function placeText({ file, isRemembered }: AccessRule): string {
  if (file === undefined) return '';
  return isRemembered === true ? `, as ${file} said, which no longer does` : ` in ${file}`;
}

function problemTexts({ problem }: AccessRule): readonly string[] {
  return problem === undefined ? [] : [problem];
}

/** The line about exactly the script may take the place of the script's own rule. */
function replacedTexts(rules: AccessRules, script: string): readonly string[] {
  const { replaced, line } = rules.get(script) ?? {};
  if (replaced === undefined) return [];
  const { text, file, isPart } = replaced;
  const how = isPart ? 'counts only for what this line does not say' : 'does not count beside this line';
  return [`Its own rule, "${text}" in ${file}, ${how}: "${line}".`];
}

function granteeText(grantee: Grantee): string {
  switch (grantee.type) {
    case 'anybody':
      return 'anybody';
    case 'signed-in':
      return 'everybody who has signed in';
    case 'group':
      return `the group ${grantee.name}`;
    case 'user':
      return grantee.name;
  }
}

/** Lines about places in which there is no script: they may be misspelt. */
export function unusedRules<Rule extends { readonly place: string }>(
  rules: Iterable<Rule>,
  names: readonly string[],
): readonly Rule[] {
  const places = new Set(
    names.flatMap((name) => name.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))),
  );
  return [...rules].filter(({ place }) => place !== '' && !places.has(place));
}
