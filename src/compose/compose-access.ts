/** The rules of access that are in effect: the lines of the setting, and what scripts say themselves. */
import type { Config } from '../config/config.ts';
import type { AccessRules } from '../domain/access/rule.ts';
import { withScriptRules } from '../domain/access/script-rule.ts';
import type { RuledScriptSource } from '../files/script-source-ruled.ts';

/** As of each call; the same object until something changes. */
export function composeAccessRules(
  config: () => Pick<Config, 'accessRules' | 'accessInScripts'>,
  scriptRules?: RuledScriptSource['rules'],
): () => AccessRules {
  let last: { readonly lines: AccessRules; readonly known: unknown; readonly rules: AccessRules } | undefined;
  return () => {
    const { accessRules: lines, accessInScripts } = config();
    if (!accessInScripts || scriptRules === undefined) return lines;
    const known = scriptRules();
    if (last?.lines !== lines || last.known !== known)
      last = { lines, known, rules: withScriptRules(lines, known.said, known.remembered) };
    return last.rules;
  };
}
