/** `script-runner choices SCRIPT`: what can be chosen for its inputs, for the values of others. */
import { CHOICE_PAGE, type ChoiceContext, type FieldChoices, listChoices } from '../app/choice/choice-list.ts';
import { compose } from '../compose/compose.ts';
import { composeKernels } from '../compose/compose-kernel.ts';
import type { Config, ConfigSources } from '../config/config.ts';
import { removeFolder } from '../disk/folder-removal.ts';
import { LOCAL } from '../domain/access/access.ts';
import { defined } from '../domain/defined.ts';
import { choiceNames } from '../domain/parameter/choice.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import { createCsvChoices } from '../files/choice-csv.ts';
import { createScriptSource } from '../files/script-source.ts';
import { languages } from '../language/all.ts';
import { createLog } from './log.ts';
import { makeRunFolder } from './run/run-folder.ts';
import { readValues } from './run/run-values.ts';
import { findScript } from './script-argument.ts';

export interface ChoicesOptions {
  /** `name=value` texts, and the path of a JSON or YAML file; texts have precedence. */
  readonly values: readonly string[];
  readonly valuesFile: string | undefined;
  /** Only this input. */
  readonly field: string | undefined;
  readonly search: string | undefined;
  readonly json: boolean;
  readonly yes: boolean;
}

/** A Python is needed for queries and functions only. Exit code 1 if some choices cannot be read. */
export async function choices(
  argument: string,
  flags: NonNullable<ConfigSources['flags']>,
  options: ChoicesOptions,
): Promise<void> {
  const temporary = await makeRunFolder();
  try {
    const own = { pool: '0', data: temporary, database: '', artifacts: '' };
    const { config, name } = findScript(argument, { ...flags, ...own });
    const schema = await readSchema(config, name);
    const values = readValues(schema, options.values, options.valuesFile);
    const found = await withContext(config, { schema, yes: options.yes }, (ctx) => ask(ctx, name, { values, options }));
    if (options.json) console.log(JSON.stringify(Object.fromEntries(found), null, 2));
    else for (const [input, field] of found) print(input, field);
    if (found.size === 0 && !options.json) console.log('The choices of this script do not depend on anything.');
    if ([...found.values()].some(({ problem }) => problem !== undefined)) process.exitCode = 1;
  } finally {
    await removeFolder(temporary);
  }
}

function ask(
  ctx: ChoiceContext,
  script: string,
  { values, options }: { readonly values: Record<string, unknown>; readonly options: ChoicesOptions },
) {
  const { field, search } = options;
  return listChoices(ctx, LOCAL, {
    script,
    values,
    limit: options.json ? CHOICE_PAGE.most : CHOICE_PAGE.usual,
    ...(search === undefined || field === undefined ? {} : { searches: { [field]: search } }),
    ...defined({ fields: field === undefined ? undefined : [field] }),
  });
}

function sourceOf(config: Config) {
  return createScriptSource({
    directory: config.project.published,
    languages: languages(),
    followLinks: config.followLinks,
    watch: false,
  });
}

async function readSchema(config: Config, name: string): Promise<ParametersSchema> {
  const source = await sourceOf(config);
  try {
    return (await source.read(name)).script.schema;
  } finally {
    await source.close();
  }
}

async function withContext<T>(
  config: Config,
  { schema, yes }: { readonly schema: ParametersSchema; readonly yes: boolean },
  work: (ctx: ChoiceContext) => Promise<T>,
): Promise<T> {
  const isCsv = (name: string) => 'csv' in (schema.properties[name]?.['x-choices'] ?? {});
  const log = createLog();
  if (choiceNames(schema).every(isCsv)) {
    const scripts = await sourceOf(config);
    const ctx = { scripts, choices: createCsvChoices(), now: Date.now, timezone: config.timezone };
    return work(ctx).finally(scripts.close);
  }
  const say = (line: string) => {
    console.error(line);
  };
  const kernels = composeKernels(config, { say, yes, early: false });
  try {
    const { ctx, close } = await compose(config, { log, say: () => undefined, kernels, watch: false });
    await ctx.kernels.whenReady?.();
    return await work(ctx).finally(close);
  } finally {
    await kernels.close();
  }
}

function print(input: string, { choices: listed, total, notice, problem, detail }: FieldChoices): void {
  if (problem !== undefined) {
    console.error([`${input}: ${problem}`, ...(detail === undefined ? [] : [detail])].join('\n'));
    return;
  }
  console.log(`${input}: ${total === 1 ? '1 choice' : `${total} choices`}`);
  for (const { value, label } of listed) console.log(`  ${value === label ? value : `${value}  ${label}`}`);
  if (notice !== undefined) console.error(`${input}: ${notice}`);
  if (listed.length < total) console.log(`  … and ${total - listed.length} more: give --field ${input} --search WORDS`);
}
