/** The form of a script, on its own page and in pages of other sites: what it shows, and what a posted one asks for. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { quotaState } from '../app/run/run-quota.ts';
import { offReason } from '../app/run/run-refusal.ts';
import { submitRun } from '../app/run/run-submit.ts';
import { environmentState } from '../app/script/script-environment.ts';
import type { ScriptListing } from '../app/script/script-list.ts';
import { defined } from '../domain/defined.ts';
import { AppError, type FieldProblem } from '../domain/error.ts';
import type { Run } from '../domain/run/run.ts';
import type { Script } from '../domain/script/script.ts';
import { isTimezone } from '../domain/time/timezone.ts';
import { formValues, prefillValues, type FormBody } from '../page/form-values.ts';
import type { RunPageSource } from '../page/run-page.ts';
import { viewerOf } from './access/viewer.ts';
import { shownChoices } from './choice-shown.ts';
import { STATUSES } from './problem.ts';
import { uploadProblems } from './multipart.ts';
import type { Site } from './site.ts';
import { uploaderOf } from './upload-owner.ts';
import { withShownFiles } from './upload-shown.ts';

/** What a form shows besides what its script says. */
export interface FormShown {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly problems?: readonly FieldProblem[];
  /** What was posted. */
  readonly sent?: FormBody;
  /** Why the whole submission was refused. */
  readonly refused?: string;
}

type FormSource = Pick<
  RunPageSource,
  | 'script'
  | 'usualMs'
  | 'values'
  | 'problems'
  | 'choices'
  | 'searches'
  | 'snapshot'
  | 'environment'
  | 'off'
  | 'quota'
  | 'refused'
>;

/** For the person who asks. */
export async function formSource(
  site: Site,
  request: FastifyRequest,
  { script, usualMs, missing }: Pick<ScriptListing, 'script' | 'usualMs' | 'missing'>,
  { values = {}, problems = [], sent, refused = '' }: FormShown,
): Promise<FormSource> {
  const { ctx } = site;
  const viewer = viewerOf(site, request);
  return {
    script,
    usualMs,
    values: withShownFiles(site, request, script.schema, values),
    problems,
    ...(await shownChoices(site, request, script, { values, sent })),
    snapshot: ctx.kernels.snapshot?.(script.name),
    environment: environmentState(ctx, script),
    off: await offReason(ctx, viewer.actor, { script, missing }),
    quota: await quotaState(ctx, viewer.actor, script.name, viewer),
    refused,
  };
}

/**
 * Submits what a form has sent: the run, or what the form shows instead, with the status of the answer set. Throws
 * what is no fault of the values, such as `not-found`.
 */
export async function submitForm(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { script, body }: { readonly script: Script; readonly body: FormBody },
): Promise<{ readonly run: Run } | { readonly shown: FormShown }> {
  const again = { values: prefillValues(script.schema, body), sent: body };
  if (body['_update'] !== undefined) return { shown: again };
  try {
    const wrong = uploadProblems(request);
    if (wrong.length > 0) throw new AppError('invalid', 'A file is wrong.', { fields: wrong });
    const { actor } = viewerOf(site, request);
    const uploader = uploaderOf(site, request);
    const { run } = await submitRun(site.ctx, actor, {
      script: script.name,
      values: formValues(body),
      uploader,
      ...originOf(body),
    });
    return { run };
  } catch (error) {
    if (!(error instanceof AppError) || !['invalid', 'unavailable', 'limited'].includes(error.code)) throw error;
    if (error.code !== 'invalid') void reply.header('retry-after', String(error.retryAfterS ?? 5));
    void reply.code(STATUSES[error.code]);
    return { shown: { ...again, problems: error.fields, refused: error.fields.length > 0 ? '' : error.message } };
  }
}

/** Where a submission came from: hidden fields of the form. */
function originOf(body: FormBody): { trigger: Run['trigger']; parent?: string; timezone?: string } {
  const own = (name: string) => {
    const value = body[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [parent, timezone] = [own('_parent'), own('_timezone')];
  return {
    trigger: parent === undefined ? 'form' : 'again',
    ...defined({ parent }),
    ...(timezone !== undefined && isTimezone(timezone) ? { timezone } : {}),
  };
}
