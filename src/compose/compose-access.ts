/** The rules of access that are in effect: the lines of the setting, and what scripts say themselves. */
import type { Config } from '../config/config.ts';
import type { AccessRules } from '../domain/access/rule.ts';
import type { AppContext } from '../app/context.ts';
import { type ScriptRule, withScriptRules } from '../domain/access/script-rule.ts';
import type { RuledScriptSource } from '../files/script-source-ruled.ts';

/** The rules that count, and those of scripts that do not; `sayIgnored`: the settings have been read. */
export function composeRules(
  config: () => Pick<Config, 'accessRules' | 'accessInScripts'>,
  ctx: Pick<AppContext, 'scripts' | 'log'>,
  scriptRules?: RuledScriptSource['rules'],
) {
  const ignoredRules = composeIgnoredRules(config, scriptRules);
  const sayIgnored = () => {
    if (scriptRules !== undefined && !config().accessInScripts) void sayIgnoredRules(ignoredRules, ctx);
  };
  sayIgnored();
  return { accessRules: composeAccessRules(config, scriptRules), ignoredRules, sayIgnored };
}

const NO_RULES: ReadonlyMap<string, ScriptRule> = new Map();
/** Scripts that one line of the log names. */
const MOST_NAMED = 20;

/** What scripts say and the settings leave out; empty where it counts. As of each call. */
function composeIgnoredRules(
  config: () => Pick<Config, 'accessInScripts'>,
  scriptRules?: RuledScriptSource['rules'],
): () => ReadonlyMap<string, ScriptRule> {
  return () => (config().accessInScripts || scriptRules === undefined ? NO_RULES : scriptRules().said);
}

/** Says in the log which scripts carry rules that do not count. Settles when all scripts are read; never rejects. */
async function sayIgnoredRules(
  ignored: () => ReadonlyMap<string, ScriptRule>,
  { scripts, log }: Pick<AppContext, 'scripts' | 'log'>,
): Promise<void> {
  try {
    await scripts.reading?.()?.ended;
    await scripts.list();
    const names = [...ignored().keys()];
    if (names.length === 0) return;
    log.warn(
      { count: names.length, scripts: names.slice(0, MOST_NAMED) },
      'The rules of access that these scripts carry do not count, since access_in_scripts is false',
    );
  } catch (error) {
    log.warn({ error }, 'It is not known which rules of access of scripts do not count');
  }
}

/** As of each call; the same object until something changes. */
function composeAccessRules(
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
