/** One case of a script: runs it, and compares what it shows with what was kept. */
import type { AppContext } from '../../app/context.ts';
import type { ReportService } from '../../app/report/report-service.ts';
import { cancelRun } from '../../app/run/run-change.ts';
import { readRun } from '../../app/run/run-read.ts';
import { submitRun } from '../../app/run/run-submit.ts';
import { watchEvents } from '../../app/run/run-watch.ts';
import { openTable } from '../../app/table-read.ts';
import { LOCAL } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { isPassword } from '../../domain/parameter/parameter.ts';
import { outcomeSentence } from '../../domain/run/run-message.ts';
import type { Run } from '../../domain/run/run.ts';
import { type CaseContent, findDifferences } from '../../domain/script/case-difference.ts';
import type { ScriptCase } from '../../domain/script/script-case.ts';
import type { Script } from '../../domain/script/script.ts';
import { CASE_TABLE_BYTES, readKept, writeKept } from '../../files/case-file.ts';
import { COMMAND_LINE, uploadPaths } from '../run/run-upload.ts';

/** `kept`: it was written by `--update`. `needs-case`: an input has no default, and there is no case that gives it. */
export type CaseState = 'ok' | 'kept' | 'different' | 'failed' | 'needs-case';

export interface CaseResult {
  readonly name: string;
  readonly state: CaseState;
  /** Why it failed or how it differs; for `ok` and `kept` what is worth knowing. */
  readonly lines: readonly string[];
  readonly seconds: number;
}

export interface CaseContext {
  readonly ctx: AppContext;
  readonly reports: Pick<ReportService, 'listTables'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly update: boolean;
  readonly signal: AbortSignal;
}

/** Notices about what was cut name the setting. */
const OF_LIMIT = /\(setting \w+\)/;

/** `path`: of the script's file, absolute. Rejects only for internal errors. */
export async function checkCase(
  given: CaseContext,
  script: Script,
  path: string,
  wanted: ScriptCase,
): Promise<CaseResult> {
  const result = (state: CaseState, lines: readonly string[], run?: Run): CaseResult => ({
    name: wanted.name,
    state,
    lines,
    seconds: ((run?.endedAtMs ?? 0) - (run?.startedAtMs ?? run?.endedAtMs ?? 0)) / 1000,
  });
  const open = script.schema.required.filter((name) => !gives(wanted, name));
  if (open.length > 0)
    return result('needs-case', [`No value for: ${open.join(', ')}. Name one in a case of ${script.name}.cases.yaml.`]);
  try {
    const { run, limits } = await execute(given, script, wanted);
    const outcome = run.outcome === undefined ? 'It did not end.' : outcomeSentence(run.outcome);
    if (run.status !== wanted.outcome)
      return result(
        'failed',
        [wanted.outcome === 'succeeded' ? outcome : `${wanted.outcome} was expected: ${outcome}`],
        run,
      );
    const { content, left: large } = await contentOf(given, run);
    const left = [...limits, ...large];
    if (given.update) {
      await writeKept(path, wanted.name, content);
      return result('kept', left, run);
    }
    const kept = await readKept(path, wanted.name);
    if (kept === undefined) return result('ok', ['Nothing was kept to compare with; --update keeps it.', ...left], run);
    const differences = findDifferences(kept, content, wanted);
    return differences.length === 0 ? result('ok', left, run) : result('different', [...differences, ...left], run);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return result('failed', [error.message, ...error.fields.map(({ field, message }) => `${field}: ${message}`)]);
  }
}

function gives({ parameters, secrets }: ScriptCase, name: string): boolean {
  return Object.hasOwn(parameters, name) || Object.hasOwn(secrets, name);
}

/** `limits`: what the run says of limits that it exceeded. */
async function execute(
  { ctx, environment, signal }: CaseContext,
  script: Script,
  wanted: ScriptCase,
): Promise<{ readonly run: Run; readonly limits: readonly string[] }> {
  const given = await uploadPaths(ctx, script.schema, withSecrets(script, wanted, environment));
  const { run } = await submitRun(ctx, LOCAL, {
    script: script.name,
    values: given,
    trigger: 'cli',
    uploader: COMMAND_LINE,
  });
  const limits: string[] = [];
  const cancel = () => void cancelRun(ctx, LOCAL, run.id).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    const following = { afterSeq: 0, signal: new AbortController().signal };
    for await (const events of watchEvents(ctx, LOCAL, run.id, following))
      for (const { event } of events) if (event.type === 'notice' && OF_LIMIT.test(event.text)) limits.push(event.text);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  return { run: await readRun(ctx, LOCAL, run.id), limits };
}

/** Throws `invalid` for a password in the file, and for a variable that is not set. */
function withSecrets(
  { schema }: Script,
  { parameters, secrets, name }: ScriptCase,
  environment: CaseContext['environment'],
): Record<string, unknown> {
  const open = Object.keys(parameters).find((each) => isPassword(schema.properties[each] ?? {}));
  if (open !== undefined)
    throw new AppError(
      'invalid',
      `The password “${open}” must not be in the file: write secrets: {${open}: VARIABLE}, and set this environment variable.`,
    );
  const read = Object.entries(secrets).map(([each, variable]) => {
    const value = environment[variable];
    if (value === undefined)
      throw new AppError(
        'invalid',
        `The environment variable ${variable} is not set; ${name} takes “${each}” from it.`,
      );
    return [each, value] as const;
  });
  return { ...parameters, ...Object.fromEntries(read) };
}

/** What can be kept of a run, with sentences for what is too large. Secrets are masked in it, as in reports. */
async function contentOf(
  { ctx, reports, signal }: CaseContext,
  run: Run,
): Promise<{ readonly content: CaseContent; readonly left: readonly string[] }> {
  const tables: Record<string, string> = {};
  const left: string[] = [];
  for (const { name, rows, total, cut } of await reports.listTables(LOCAL, run.id)) {
    if (cut.includes('rows'))
      left.push(`table ${name}: ${rows} of its ${total.rows} rows are kept (setting table_rows)`);
    const context = { runs: ctx.runs, reports, tables: ctx.tables };
    const { stream } = await openTable(context, LOCAL, { id: run.id, name, format: 'csv', signal });
    const csv = await readText(stream);
    if (csv === undefined)
      left.push(`table ${name}: larger than ${CASE_TABLE_BYTES / 1_000_000} MB, so it is not compared`);
    else tables[name] = csv.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  }
  const results = Object.fromEntries(run.results.map(({ name, value }) => [name, value]));
  return { content: { results, tables }, left };
}

async function readText(stream: AsyncGenerator<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > CASE_TABLE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
