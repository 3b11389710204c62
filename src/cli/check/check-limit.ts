/** What `check` says about who may use a script, and how much: the lines and the rule of its own that count. */
import type { Config } from '../../config/config.ts';
import { decidingTexts } from '../../domain/access/explanation.ts';
import type { AccessRules } from '../../domain/access/rule.ts';
import { rulesOfScripts, type ScriptRule, withScriptRules } from '../../domain/access/script-rule.ts';
import { quotasAbout } from '../../domain/quota/quota-rule.ts';
import type { Script } from '../../domain/script/script.ts';

export interface ScriptLimits {
  /** The rules that decide who may see and run it, and whose reports are seen. */
  readonly access: readonly string[];
  /** Its own rule, which does not count; undefined: there is none, or it counts. */
  readonly ignoredAccess: string | undefined;
  /** Lines that concern it, for whomever. */
  readonly quotas: readonly string[];
}

type Settings = Pick<Config, 'accessRules' | 'accessInScripts' | 'limits'>;

/** `scripts`: all of the project. Returns what counts for the one with this name. */
export function limitsOf(
  { accessRules, accessInScripts, limits }: Settings,
  scripts: readonly Script[],
): (script: string) => ScriptLimits {
  const said = rulesOfScripts(scripts);
  const rules: AccessRules = accessInScripts ? withScriptRules(accessRules, said) : accessRules;
  return (script) => ({
    access: decidingTexts(rules, script),
    ignoredAccess: accessInScripts ? undefined : ignoredText(said.get(script)),
    quotas: quotasAbout(limits.quotas ?? [], script).map(({ line }) => line),
  });
}

function ignoredText(rule: ScriptRule | undefined): string | undefined {
  return rule && `"${rule.text.trim()}" in ${rule.file}`;
}

export function limitLines({ access, ignoredAccess, quotas }: ScriptLimits): readonly string[] {
  return [
    ...access.map((text) => `access: ${text}`),
    ...(ignoredAccess === undefined
      ? []
      : [`access: ${ignoredAccess} does not count, since access_in_scripts is false`]),
    ...quotas.map((line) => `quota: "${line}"`),
  ];
}
