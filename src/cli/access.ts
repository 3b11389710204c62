/** `script-runner access explain`: why somebody may do something with a script, or may not. */
import { readExplanation } from '../app/access-read.ts';
import { readConfig, type ConfigSources } from '../config/config.ts';
import { LOCAL } from '../domain/access/access.ts';
import { personFor } from '../domain/access/explanation.ts';
import { rulesOfScripts, withScriptRules } from '../domain/access/script-rule.ts';
import { withScripts } from './check/check-read.ts';

export interface ExplainOptions {
  /** Project folder. */
  readonly folder: string;
  readonly groups: readonly string[];
  readonly json: boolean;
}

/** Throws `not-found` for an unknown script. */
export async function explain(
  user: string,
  script: string,
  flags: NonNullable<ConfigSources['flags']>,
  { folder, groups, json }: ExplainOptions,
): Promise<void> {
  const config = readConfig({ target: folder, flags });
  const { accessRules: lines, authentication, accessInScripts } = config;
  const found = await withScripts(config, async (scripts) => {
    const said = rulesOfScripts(await scripts.list());
    const [rules, ignored] = accessInScripts ? [withScriptRules(lines, said), new Map()] : [lines, said];
    return readExplanation({ scripts, rules, ignored, authentication }, LOCAL, {
      person: personFor(user, groups),
      script,
    });
  });
  const [answer, ...reasons] = found.sentences;
  if (json) console.log(JSON.stringify({ user, groups, script: found.script, answer, reasons }, null, 2));
  else console.log([answer, ...reasons.map((reason) => `  ${reason}`)].join('\n'));
}
