/** Who may do what: the lines that say so, and why somebody may do something with a script. For operators. */
import { type Actor, authorize } from '../domain/access/access.ts';
import type { AuthenticationSettings } from '../domain/access/authentication.ts';
import { explainAccess } from '../domain/access/explanation.ts';
import { decidingRules, type Person } from '../domain/access/right.ts';
import { type AccessRule, type AccessRules, OPEN_RULE } from '../domain/access/rule.ts';
import { AppError } from '../domain/error.ts';
import type { ScriptRule } from '../domain/access/script-rule.ts';
import type { ScriptSource } from '../domain/script/script.ts';

export interface AccessContext {
  readonly scripts: Pick<ScriptSource, 'list' | 'find'>;
  readonly rules: AccessRules;
  /** Rules that scripts carry and that do not count. */
  readonly ignored: ReadonlyMap<string, ScriptRule>;
  readonly authentication: AuthenticationSettings;
}

/** `scripts`: for how many it decides who may do what, or, if it says nothing of that, whose reports are seen. */
export interface AccessLine {
  readonly rule: AccessRule;
  readonly scripts: number;
}

/** The lines by their places, and at the end what holds where none decides. Throws `forbidden`. */
export async function readAccess({ scripts, rules }: AccessContext, actor: Actor): Promise<readonly AccessLine[]> {
  authorize(actor, { type: 'administer' });
  const counts = new Map<AccessRule, number>();
  for (const script of await scripts.list()) {
    const { roles, runs } = decidingRules(rules, script.name);
    for (const rule of runs.roles === undefined ? [roles, runs] : [roles])
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  const lines = [...rules.values()].sort((one, other) => (one.place < other.place ? -1 : 1));
  return [...lines, OPEN_RULE].map((rule) => ({ rule, scripts: counts.get(rule) ?? 0 }));
}

/**
 * The script's present name, and the answer first, then what it comes from. Throws `forbidden`, and `not-found` for an
 * unknown script.
 */
export async function readExplanation(
  { scripts, rules, ignored, authentication }: AccessContext,
  actor: Actor,
  { person, script }: { readonly person: Person; readonly script: string },
): Promise<{ readonly script: string; readonly sentences: readonly string[] }> {
  authorize(actor, { type: 'administer' });
  const found = await scripts.find(script);
  if (found === undefined)
    throw new AppError('not-found', `There is no script “${script}”. Write its name as its address does.`);
  const sentences = explainAccess(rules, authentication, person, found.name);
  const own = ignored.get(found.name);
  const said =
    own && `Its own rule does not count, since access_in_scripts is false: "${own.text.trim()}" in ${own.file}.`;
  return { script: found.name, sentences: said === undefined ? sentences : [...sentences, said] };
}
