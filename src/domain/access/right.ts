/** What the rules grant to a person: the nearest rule of a script counts, its own before that of its folder. */
import {
  type AccessRule,
  type AccessRules,
  type Grantee,
  onlyPlace,
  OPEN_RULE,
  type ReportSharing,
  SCRIPT_ROLES,
  type ScriptRole,
} from './rule.ts';

export interface Person {
  /** As the proxy or the sign-in names the person; undefined: nothing tells who it is. */
  readonly name?: string;
  /** As people write it, such as `Ana Moreno`; absent: the name. */
  readonly shownName?: string;
  readonly email?: string;
  readonly groups: readonly string[];
  /** Also with the shared password. */
  readonly isSignedIn: boolean;
}

export interface Grant {
  /** Undefined: the script does not exist for this person. */
  readonly role: ScriptRole | undefined;
  readonly runs: ReportSharing;
}

/** Reports that a person may see: of the scripts of a place, without those of places in it. */
export interface Scope {
  /** As the place of a rule, also of one script only; those of `without`, too. */
  readonly place: string;
  readonly without: readonly string[];
  /** Only those that the person has requested. */
  readonly isOwn: boolean;
}

export interface Rights {
  /** Of the script with this name, whether it exists, has been renamed, or is gone. */
  of(script: string): Grant;
  /** All reports that the person may see. */
  scopes(): readonly Scope[];
}

/** Somebody who has not signed in. */
export const NOBODY: Person = { groups: [], isSignedIn: false };
/** Somebody who has signed in without a name: with the shared password, or the operator's link. */
export const NAMELESS: Person = { groups: [], isSignedIn: true };

const NO_RULES: AccessRules = new Map();
/** What everybody has where there are no rules. */
export const OPEN_RIGHTS: Rights = createRights(() => NO_RULES, NOBODY);

/** Nothing at all. */
export const NO_RIGHTS: Rights = { of: () => ({ role: undefined, runs: 'own' }), scopes: () => [] };

/** `rules` is called again each time: they may change while the person reads. */
export function createRights(rules: () => AccessRules, person: Person): Rights {
  return {
    of: grantMemory(rules, person),
    scopes: () => scopesOf(rules(), person),
  };
}

/** Those of somebody who has not signed in where people do: to see, or to run, what a rule opens to anybody. */
export function guestRights(rules: () => AccessRules): Rights {
  const { of, scopes } = createRights(() => closed(rules()), NOBODY);
  return {
    of(script) {
      const { role, runs } = of(script);
      return { role: role && guestRole(role), runs };
    },
    scopes,
  };
}

/** What somebody who has not signed in has of a role that a rule gives to anybody. */
export function guestRole(role: ScriptRole): ScriptRole {
  return role === 'author' ? 'runner' : role;
}

const opensSomething = new WeakMap<AccessRules, boolean>();

/** Whether a rule opens anything to anybody. Each request of a guest asks, so the same rules are looked at once. */
export function isOpenToGuests(rules: AccessRules): boolean {
  const known = opensSomething.get(rules) ?? guestRights(() => rules).scopes().length > 0;
  opensSomething.set(rules, known);
  return known;
}

/**
 * Those of nobody in particular in a page of another site: to run what anybody may run and then see, and nothing else.
 * `isOpen`: whoever reaches the server may use it without a sign-in; else only what a rule opens to anybody counts.
 */
export function embedRights(rules: () => AccessRules, isOpen: boolean): Rights {
  const anybody = isOpen ? createRights(rules, NOBODY) : guestRights(rules);
  return {
    of(script) {
      const { role, runs } = anybody.of(script);
      const mayRun = role !== undefined && role !== 'viewer' && runs === 'script';
      return mayRun ? { role: 'runner', runs } : NO_RIGHTS.of(script);
    },
    scopes: () => [],
  };
}

const closedRules = new WeakMap<AccessRules, AccessRules>();

/** The same rules where nothing is open that no rule opens. */
function closed(rules: AccessRules): AccessRules {
  const known = closedRules.get(rules);
  if (known !== undefined) return known;
  const all: AccessRule = rules.get('') ?? { place: '', line: '' };
  const made = new Map(rules).set('', { ...all, roles: all.roles ?? {} });
  closedRules.set(rules, made);
  return made;
}

/** Grants of one person that are kept; a page of the catalogue asks for those of all scripts. */
const MOST_GRANTS = 10_000;

/** Scripts of a folder that have no rules of their own have the same. */
function grantMemory(rules: () => AccessRules, person: Person): Rights['of'] {
  let known: { readonly by: AccessRules; readonly grants: Map<string, Grant> } | undefined;
  return (script) => {
    const by = rules();
    if (known?.by !== by || known.grants.size >= MOST_GRANTS) known = { by, grants: new Map() };
    const place = by.size === 0 ? '' : decidingPlace(by, script);
    const grant = known.grants.get(place) ?? grantAt(by, person, place);
    known.grants.set(place, grant);
    return grant;
  };
}

/** That of the script if a rule is about it, else its folder. */
function decidingPlace(rules: AccessRules, script: string): string {
  const own = [onlyPlace(script), script].find((place) => rules.has(place));
  return own ?? script.slice(0, Math.max(0, script.lastIndexOf('/')));
}

interface DecidingRules {
  readonly roles: AccessRule;
  readonly runs: AccessRule;
}

/** The rules that decide: for the role, and for whose reports are seen. */
export function decidingRules(rules: AccessRules, script: string): DecidingRules {
  return decidingAt(rules, onlyPlace(script));
}

function decidingAt(rules: AccessRules, at: string): DecidingRules {
  let roles: AccessRule | undefined;
  let runs: AccessRule | undefined;
  for (const place of placesOf(at)) {
    const rule = rules.get(place);
    roles ??= rule?.roles && rule;
    runs ??= rule?.runs && rule;
  }
  return { roles: roles ?? OPEN_RULE, runs: runs ?? OPEN_RULE };
}

/** The highest role that the rule gives to the person. */
export function roleIn({ roles = {} }: AccessRule, person: Person): ScriptRole | undefined {
  return SCRIPT_ROLES.findLast((role) => grantsOf(roles[role], person).length > 0);
}

/** Those that include the person. */
export function grantsOf(grantees: readonly Grantee[] = [], { name, groups, isSignedIn }: Person): readonly Grantee[] {
  return grantees.filter((grantee) => {
    switch (grantee.type) {
      case 'anybody':
        return true;
      case 'signed-in':
        return isSignedIn;
      case 'user':
        return grantee.name === name;
      case 'group':
        return groups.includes(grantee.name);
    }
  });
}

function grantAt(rules: AccessRules, person: Person, place: string): Grant {
  const deciding = decidingAt(rules, place);
  return { role: roleIn(deciding.roles, person), runs: deciding.runs.runs ?? 'script' };
}

function scopesOf(rules: AccessRules, person: Person): Scope[] {
  const places = [...new Set(['', ...rules.keys()])];
  const grants = new Map(places.map((place) => [place, grantAt(rules, person, place)]));
  const isSame = (one: Grant, other: Grant) =>
    (one.role === undefined) === (other.role === undefined) && one.runs === other.runs;
  // places that grant the same as the place around them need no scope of their own
  const borders = places.filter((place) => {
    const outer = around(place, (each) => grants.has(each));
    return outer === undefined || !isSame(grants.get(place)!, grants.get(outer)!);
  });
  const isBorder = new Set(borders);
  const inside = Map.groupBy(borders, (place) => around(place, (outer) => isBorder.has(outer)));
  return borders.flatMap((place) => {
    const { role, runs } = grants.get(place)!;
    const isOwn = runs === 'own';
    return role === undefined || (isOwn && person.name === undefined)
      ? []
      : [{ place, without: inside.get(place) ?? [], isOwn }];
  });
}

/** The nearest place around this one that passes; undefined for everything itself. */
function around(place: string, passes: (outer: string) => boolean): string | undefined {
  return placesOf(place).slice(1).find(passes);
}

/** The place itself, the folders around it, and everything: the nearest first. */
function placesOf(name: string): string[] {
  const parts = name === '' ? [] : name.split('/');
  return Array.from({ length: parts.length + 1 }, (_, above) => parts.slice(0, parts.length - above).join('/'));
}
