/**
 * Rules that scripts carry themselves (`script_runner.access`): what a line of the setting `access` says behind its
 * colon, about this script only. They are remembered after the file is gone, for its reports.
 */
import { AppError } from '../error.ts';
import { decidingRules } from './right.ts';
import { type AccessRule, type AccessRules, onlyPlace, readClauses } from './rule.ts';

/** What the file of a script says, or said. */
export interface ScriptRule {
  /** Name of the script. */
  readonly script: string;
  /** As it is written, also what cannot be read. */
  readonly text: string;
  /** Where it is written, below the scripts folder. */
  readonly file: string;
}

/** `isGone`: a process has found that the file does not say it any more. */
export interface StoredScriptRule extends ScriptRule {
  readonly isGone?: true;
}

/** Rules of scripts, also of those whose files are gone (port). Of several that change the same, one is told so. */
export interface ScriptRuleStore {
  list(): Promise<readonly StoredScriptRule[]>;
  /** Replaces that of the same script. Returns whether it was another. Throws `unavailable` if there are too many. */
  put(rule: ScriptRule): Promise<boolean>;
  /** Its file does not say it any more. Returns false if that is known, or another rule is stored. */
  markGone(rule: ScriptRule): Promise<boolean>;
  /** Returns whether there was one. */
  remove(script: string): Promise<boolean>;
  /** Removes the rules of scripts that have no reports, except those of these scripts. */
  forget(except: readonly string[]): Promise<void>;
}

/** `gone`: its file does not say it any more, and it stays; `back`: the file says the same again. */
export interface ScriptRuleChange {
  readonly type: 'added' | 'changed' | 'inherited' | 'gone' | 'back';
  readonly rule: ScriptRule;
  /** What the script said before. */
  readonly before: string | undefined;
}

export const SCRIPT_RULE_LIMITS = { chars: 2_000, count: 10_000 };
/** Instead of a rule: the script has none, also if it had one before. */
export const INHERITED = 'inherited';

const EXAMPLE = '"viewer @audit; runner @finance ana@example.org; runs own"';

/** Throws `invalid` for a text that is no rule. */
export function readScriptRule(text: string): Pick<AccessRule, 'roles' | 'runs'> {
  const misread = (why: string) =>
    new AppError('invalid', `script_runner.access is ${text}, but ${why}. Write a text such as ${EXAMPLE}.`);
  if (text.length > SCRIPT_RULE_LIMITS.chars)
    throw new AppError(
      'invalid',
      `script_runner.access has more than ${SCRIPT_RULE_LIMITS.chars} characters. Name groups instead of people.`,
    );
  if (text.trim() === '') throw misread('says nothing');
  return readClauses(text, misread);
}

/** Why the text cannot be read, as a sentence; undefined: it can. */
export function scriptRuleProblem(text: string): string | undefined {
  if (text.trim() === INHERITED) return undefined;
  try {
    readScriptRule(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Of `domain/script`. */
interface RulingScript {
  readonly name: string;
  readonly state: string;
  readonly access?: Omit<ScriptRule, 'script'>;
}

/** What the scripts say, by their names; also `inherited`. Of files with one name, only the published one counts. */
export function rulesOfScripts(scripts: readonly RulingScript[]): ReadonlyMap<string, ScriptRule> {
  return new Map(
    scripts.flatMap(({ name, state, access }) =>
      access === undefined || state === 'shadowed' ? [] : [[name, { script: name, ...access }] as const],
    ),
  );
}

/**
 * The lines of the setting with the rules of scripts. A rule of a script has precedence over lines about folders, a
 * line about exactly this script over the rule, part by part: who has which role, and whose reports are seen.
 */
export function withScriptRules(
  lines: AccessRules,
  rules: ReadonlyMap<string, ScriptRule>,
  remembered: ReadonlyMap<string, ScriptRule> = new Map(),
): AccessRules {
  const all = new Map(lines);
  for (const [script, rule] of remembered) if (!rules.has(script)) add(all, lines, rule, { isRemembered: true });
  for (const rule of rules.values()) add(all, lines, rule, {});
  return [...all].every(([place, rule]) => lines.get(place) === rule) ? lines : all;
}

function add(
  all: Map<string, AccessRule>,
  lines: AccessRules,
  { script, text, file }: ScriptRule,
  remembered: Pick<AccessRule, 'isRemembered'>,
): void {
  if (text.trim() === INHERITED) return;
  const line = lines.get(script);
  const exact = line?.isFolder === true ? undefined : line;
  const { roles, runs, ...problem } = readOrClose(lines, script, text);
  const said = {
    ...(roles === undefined || exact?.roles !== undefined ? {} : { roles }),
    ...(runs === undefined || exact?.runs !== undefined ? {} : { runs }),
  };
  const isPart = said.roles !== undefined || said.runs !== undefined;
  const isReplaced = roles !== said.roles || runs !== said.runs;
  if (exact !== undefined && isReplaced && remembered.isRemembered !== true)
    all.set(script, { ...exact, replaced: { text: text.trim(), file, isPart } });
  if (!isPart) return;
  const place = onlyPlace(script);
  all.set(place, { place, file, ...remembered, ...problem, ...said, line: `${script}: ${text.trim()}` });
}

/** A rule that cannot be read leaves authors, by the lines of the setting, what is needed to correct it. */
function readOrClose(lines: AccessRules, script: string, text: string): Pick<AccessRule, 'roles' | 'runs' | 'problem'> {
  const problem = scriptRuleProblem(text);
  if (problem === undefined) return readScriptRule(text);
  return { roles: { author: decidingRules(lines, script).roles.roles?.author ?? [] }, runs: 'own', problem };
}
