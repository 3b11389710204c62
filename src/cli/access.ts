/** `script-runner access explain`: why somebody may do something with a script, or may not. */
import { readConfig, type ConfigSources } from '../config/config.ts';
import { explainAccess, personFor } from '../domain/access/explanation.ts';
import { AppError } from '../domain/error.ts';
import { namesOf } from '../domain/script/script.ts';
import { readScripts } from './check-read.ts';

export interface ExplainOptions {
  /** Project folder. */
  readonly folder: string;
  readonly groups: readonly string[];
  readonly json: boolean;
}

/** Throws `not-found` for a script that is neither there nor named in a line of the setting. */
export async function explain(
  user: string,
  script: string,
  flags: NonNullable<ConfigSources['flags']>,
  { folder, groups, json }: ExplainOptions,
): Promise<void> {
  const { accessRules, authentication, ...config } = readConfig({ target: folder, flags });
  const found = (await readScripts({ accessRules, authentication, ...config })).find((each) =>
    namesOf(each).includes(script),
  );
  if (found === undefined)
    throw new AppError(
      'not-found',
      `There is no script “${script}” in ${config.project.scripts}. Name it as its address does.`,
    );
  const [answer, ...reasons] = explainAccess(accessRules, authentication, personFor(user, groups), found.name);
  if (json) console.log(JSON.stringify({ user, groups, script: found.name, answer, reasons }, null, 2));
  else console.log([answer, ...reasons.map((reason) => `  ${reason}`)].join('\n'));
}
