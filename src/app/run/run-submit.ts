/** Submits a run: checks the values, stores the script's exact bytes, queues the run. */
import { defined } from '../../domain/defined.ts';
import type { Actor } from '../../domain/access/access.ts';
import { quotaMembers } from '../../domain/quota/quota-rule.ts';
import { AppError, type FieldProblem } from '../../domain/error.ts';
import { MASKED } from '../../domain/mask/mask-span.ts';
import { checkValues, type CheckedValues } from '../../domain/parameter/parameter-check.ts';
import { givenFiles } from '../../domain/parameter/parameter-file.ts';
import type { ParametersSchema, ParameterValues } from '../../domain/parameter/parameter.ts';
import { passwordNames } from '../../domain/parameter/parameter.ts';
import type { Now } from '../../domain/parameter/relative-date.ts';
import type { Blob } from '../../domain/run/blob.ts';
import type { NewRun, RunStore } from '../../domain/run/run-store.ts';
import type { Priority, Run, Trigger } from '../../domain/run/run.ts';
import { runPerson } from '../../domain/run/run-person.ts';
import { priorityOf } from '../../domain/run/run-priority.ts';
import { environmentText } from '../../domain/script/script-environment.ts';
import type { ScriptContent } from '../../domain/script/script.ts';
import { isTimezone } from '../../domain/time/timezone.ts';
import { runRecord } from '../audit/audit.ts';
import { recordRefusal, type Refusal } from '../audit/audit-refusal.ts';
import { recordOnce } from '../audit/audit-once.ts';
import { checkChoices } from '../choice/choice-check.ts';
import type { AppContext } from '../context.ts';
import { findScript } from '../script/script-find.ts';
import { needsOf } from '../script/script-needs.ts';
import { loadSubmitted } from '../script/script-submitted.ts';
import { declaredEnvironment } from '../script/script-environment.ts';
import { giveFiles, type GivenFiles } from '../upload/upload-give.ts';
import type { Uploader } from '../upload/upload.ts';
import { actorQuotas, keptProblem } from './run-quota.ts';
import { roomRefusal, runRefusal } from './run-refusal.ts';
import { DAY_MS } from '../../domain/milliseconds.ts';

export interface Submission {
  readonly script: string;
  /** As given by the form, the API or the command line. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly trigger: Trigger;
  /** Less urgent than where it comes from; see `priorityOf`. */
  readonly priority?: Priority;
  /** The run that this one repeats. */
  readonly parent?: string;
  /** The run whose stored bytes are executed; absent: what is published. */
  readonly stored?: Run;
  /** IANA name; the server's zone where absent. */
  readonly timezone?: string;
  readonly idempotencyKey?: string;
  /** Who sent the files that the values name; absent: the actor, outside of any session. */
  readonly uploader?: Uploader;
}

/** As `submit`; that a quota or the values refuse it is recorded. */
export async function submitRun(ctx: AppContext, actor: Actor, submission: Submission): ReturnType<typeof submit> {
  try {
    return await submit(ctx, actor, submission);
  } catch (error) {
    if (error instanceof AppError && error.code === 'limited') {
      const { script } = submission;
      await recordOnce(
        ctx,
        actor,
        { action: 'quota-refused', script, details: { why: error.message } },
        { about: script },
      );
    }
    if (error instanceof AppError && error.code === 'invalid')
      await recordRefusal(ctx, actor, valuesRefusal(submission, error));
    throw error;
  }
}

/** Names of at most so many wrong fields are recorded. */
const MOST_FIELDS = 20;

function valuesRefusal({ script }: Submission, { fields }: AppError): Refusal {
  const names = fields.slice(0, MOST_FIELDS).map(({ field }) => field.slice(0, 100));
  return { what: 'values', script, place: script, details: { fields: names } };
}

/**
 * Durable when it settles. Throws `invalid` with every wrong field, `not-found`, `conflict` (the key was used for a
 * different run), `limited` (a quota is used up) and `unavailable` (no kernel can start, the queue or the disk is full,
 * the server is stopping).
 */
async function submit(
  ctx: AppContext,
  actor: Actor,
  submission: Submission,
): Promise<{ readonly run: Run; readonly created: boolean }> {
  await findScript(ctx, actor, submission.script, 'run-script');
  const [content, full] = await Promise.all([contentOf(ctx, submission), roomRefusal(ctx)]);
  const { script, bytes, sidecar, directory, commit } = content;
  const refusal = runRefusal(ctx);
  if (refusal !== undefined) throw refusal;
  const timezone = checkTimezone(submission.timezone ?? ctx.timezone);
  const priority = priorityOf(submission.trigger, submission.priority);
  const nowMs = ctx.now();
  const uploader = submission.uploader ?? { actor, session: '', person: actor.id };
  const files = await giveFiles(ctx, uploader, script.schema, submission.values);
  const { given, values } = checkAll(script.schema, submission.values, { nowMs, timezone }, files);
  await checkChoices(ctx, content, { given, values });
  const secrets = takeSecrets(script.schema, values);
  if (full !== undefined) throw full;
  const quotas = actorQuotas(ctx, actor, script.name);
  const tooMuch = await keptProblem(ctx, actor, quotas);
  if (tooMuch !== undefined) throw tooMuch;
  const declared = declaredEnvironment(ctx, script);
  const [{ hash, sizeBytes }, packages, bundle] = await Promise.all([
    ctx.blobs.put(bytes),
    declared && ctx.blobs.put(Buffer.from(environmentText(declared))),
    ctx.bundles?.publish({ directory, file: script.file, ...defined({ further: script.options.files }) }),
  ]);
  const [id, masked] = [ctx.newId(), maskNames(given, secrets)];
  const { trigger, parent } = submission;
  const about = { id, script: script.name, given: masked, secrets, trigger, ...defined({ parent }) };
  const result = await queueRun(
    ctx,
    {
      id,
      script: script.name,
      title: script.title,
      revision: hash,
      revisionBytes: sizeBytes,
      ...(sidecar === undefined ? {} : { sidecar: { file: sidecar.file, ...(await ctx.blobs.put(sidecar.bytes)) } }),
      ...filesOf(script.schema, given, packages),
      given: masked,
      parameters: maskNames(values, secrets),
      secrets,
      by: actor.id,
      trigger,
      priority,
      timezone,
      serverVersion: ctx.serverVersion,
      ...defined({ commit, bundle, parent, person: runPerson(actor.person) }),
      ...defined({ idempotencyKey: submission.idempotencyKey, audit: runRecord(ctx, actor, about) }),
      needs: needsOf(script, packages?.hash),
      quotas,
      quotaMembers: quotaMembers(ctx.limits.quotas ?? [], actor.person),
      ...defined({ scriptLimit: script.options.concurrency, retries: script.options.retries }),
      ...(script.options.retainDays === undefined ? {} : { retainMs: script.options.retainDays * DAY_MS }),
    },
    nowMs,
  );
  if (!result.created) checkSame(result.run, script.name, masked);
  return result;
}

/** It starts at once where this process has a place for it. */
async function queueRun(ctx: AppContext, run: NewRun, nowMs: number): ReturnType<RunStore['create']> {
  const { queueLimit, userQueueLimit } = ctx.limits;
  const start = await ctx.starts?.plan(run);
  const atOnce = start?.atOnce;
  try {
    return await ctx.runs.create({ ...run, ...defined({ atOnce }) }, nowMs, queueLimit, userQueueLimit);
  } finally {
    start?.release();
  }
}

async function contentOf(ctx: AppContext, { script, stored }: Submission): Promise<ScriptContent> {
  if (stored === undefined) return ctx.scripts.read(script);
  const content = await loadSubmitted(ctx, stored);
  if (content !== undefined) return content;
  throw new AppError('gone', 'The source of this run is not stored any more.');
}

/** As `checkValues`, with what is wrong with the files beside what is wrong with the other values. */
function checkAll(
  schema: ParametersSchema,
  given: Submission['values'],
  now: Now,
  { values, problems }: GivenFiles,
): CheckedValues {
  if (problems.length === 0) return checkValues(schema, given, now, values);
  let others: readonly FieldProblem[] = [];
  try {
    checkValues(schema, given, now, values);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    others = error.fields;
  }
  const fields = [...problems, ...others];
  throw new AppError('invalid', 'Some values are wrong.', { fields });
}

/** The bytes that the run keeps besides its script: those given, and what declares its packages. */
function filesOf(
  schema: ParametersSchema,
  given: ParameterValues,
  packages: Blob | undefined,
): { readonly files?: readonly Blob[] } {
  const files = givenFiles(schema, given).map(({ sha256, sizeBytes }) => ({ hash: sha256, sizeBytes }));
  const all = packages === undefined ? files : [...files, packages];
  return all.length === 0 ? {} : { files: all };
}

function checkTimezone(timezone: string): string {
  if (isTimezone(timezone)) return timezone;
  throw new AppError('invalid', `There is no time zone "${timezone}". Use a name such as Europe/Paris or UTC.`);
}

/** Throws `invalid` if a mask is sent in place of a password, as "Run again" may do. */
function takeSecrets(schema: ParametersSchema, values: ParameterValues): Readonly<Record<string, string>> {
  const secrets = passwordNames(schema).flatMap((name): [string, string][] => {
    const value = values[name];
    return value === undefined || value === null
      ? []
      : [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
  const stale = secrets.filter(([, value]) => value === MASKED);
  if (stale.length === 0) return Object.fromEntries(secrets);
  const fields = stale.map(([field]) => ({ field, message: 'Type it again: passwords are not stored.' }));
  throw new AppError('invalid', 'Passwords must be typed again.', { fields });
}

function maskNames(values: ParameterValues, secrets: Readonly<Record<string, string>>): ParameterValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Object.hasOwn(secrets, name) ? MASKED : value]),
  );
}

function checkSame(run: Run, script: string, given: ParameterValues): void {
  if (run.script === script && JSON.stringify(run.given) === JSON.stringify(given)) return;
  throw new AppError('conflict', 'This idempotency key was used for a different run. Use a new key for each new run.');
}
