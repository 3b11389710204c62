/** `/s/<script>`: the form with the latest report, and its submission. Works without JavaScript: a post answers 303. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defined } from '../domain/defined.ts';
import { offReason } from '../app/run-refusal.ts';
import { quotaState } from '../app/run-quota.ts';
import { environmentState } from '../app/script-environment.ts';
import { submitRun } from '../app/run-submit.ts';
import { readScript } from '../app/script-read.ts';
import { readUrgentFindings } from '../app/script-review.ts';
import { AppError } from '../domain/error.ts';
import { retainMs } from '../domain/retention/retention.ts';
import type { FieldProblem } from '../domain/error.ts';
import type { Run } from '../domain/run/run.ts';
import { isTimezone } from '../domain/time/timezone.ts';
import { formValues, prefillValues } from '../page/form-values.ts';
import type { FormBody } from '../page/form-values.ts';
import { runPageView } from '../page/run-page.ts';
import { actOnPreset, rememberValues, shownPresets, startValues, type PresetState } from './preset.ts';
import { shownChoices } from './choice-shown.ts';
import { withShownFiles } from './upload-shown.ts';
import { uploadProblems } from './multipart.ts';
import { uploaderOf } from './upload-owner.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';
import { STATUSES } from './error.ts';

const Path = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) });
const Text = Type.Union([Type.String(), Type.Array(Type.String())]);
const Form = Type.Record(Type.String(), Text);

/** What a script's page shows: its name as in the address, and the failed submission, if any. */
interface Attempt {
  readonly name: string;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly problems?: readonly FieldProblem[];
  /** What was posted. */
  readonly sent?: FormBody;
  /** Why the whole submission was refused. */
  readonly refused?: string;
  readonly state?: PresetState;
}

export function addScript(app: App, site: Site): void {
  const { ctx, urls } = site;
  const schema = { params: Path, hide: true };
  app.get('/s/*', { schema: { ...schema, querystring: Form } }, async (request, reply) =>
    sendScript(site, request, reply, { name: request.params['*'] }),
  );
  app.get('/scripts/*', { schema: { ...schema, querystring: Form } }, async (request, reply) =>
    reply.redirect(urls.script(scriptName(request.params['*']), request.query), 301),
  );
  app.get('/latest/*', { schema }, async (request, reply) => {
    const name = scriptName(request.params['*']);
    const { latest } = await readScript(ctx, viewerOf(site, request).actor, name);
    return reply.redirect(latest === undefined ? urls.script(name) : urls.run(latest.id), 302);
  });
  for (const path of ['/s/*', '/scripts/*']) {
    app.post(path, { schema: { params: Path, body: Type.Optional(Form), hide: true } }, async (request, reply) => {
      const { params, body } = request as unknown as { params: { '*': string }; body?: FormBody };
      return submit(site, request, reply, { name: params['*'], body: body ?? {} });
    });
  }
}

async function submit(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  sent: { name: string; body: FormBody },
): Promise<FastifyReply> {
  const { ctx, urls } = site;
  const { actor } = viewerOf(site, request);
  const name = scriptName(sent.name);
  const { script } = await readScript(ctx, actor, name);
  const values = formValues(sent.body);
  const acted = await actOnPreset(site, request, reply, { script, body: sent.body });
  if (acted !== undefined) {
    if ('to' in acted) return reply.redirect(acted.to, 303);
    return sendScript(site, request, reply.code(acted.status), { name, sent: sent.body, ...acted });
  }
  if (sent.body['_update'] !== undefined)
    return sendScript(site, request, reply, {
      name,
      values: prefillValues(script.schema, sent.body),
      sent: sent.body,
    });
  try {
    const wrong = uploadProblems(request);
    if (wrong.length > 0) throw new AppError('invalid', 'A file is wrong.', { fields: wrong });
    const uploader = uploaderOf(site, request);
    const { run } = await submitRun(ctx, actor, { script: name, values, uploader, ...originOf(sent.body) });
    await rememberValues(site, request, reply, { script, run });
    return reply.redirect(urls.run(run.id), 303);
  } catch (error) {
    if (!(error instanceof AppError) || !['invalid', 'unavailable', 'limited'].includes(error.code)) throw error;
    if (error.code !== 'invalid') void reply.header('retry-after', String(error.retryAfterS ?? 5));
    void reply.code(STATUSES[error.code]);
    return sendScript(site, request, reply, {
      name,
      values: prefillValues(script.schema, sent.body),
      sent: sent.body,
      problems: error.fields,
      refused: error.fields.length > 0 ? '' : error.message,
    });
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

async function sendScript(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  attempt: Attempt,
): Promise<FastifyReply> {
  const { ctx, urls } = site;
  const viewer = viewerOf(site, request);
  const name = scriptName(attempt.name);
  const { script, latest, usualMs, missing } = await readScript(ctx, viewer.actor, name);
  if (script.name !== name && attempt.values === undefined)
    return reply.redirect(urls.script(script.name, request.query as FormBody), 302);
  const facts =
    latest === undefined
      ? undefined
      : {
          run: latest,
          script,
          usualMs,
          position: undefined,
          retainMs: retainMs(ctx.retention, script.name, script),
          exports: site.exports.current(),
        };
  const start = attempt.values === undefined ? await startValues(site, request, script) : undefined;
  const values = attempt.values ?? start?.values ?? {};
  const state = attempt.state ?? start?.state ?? {};
  const quota = await quotaState(ctx, viewer.actor, script.name, viewer);
  const off = await offReason(ctx, viewer.actor, { script, missing });
  const view = runPageView(
    {
      script,
      findings: await readUrgentFindings(ctx, viewer.actor, script),
      usualMs,
      facts,
      isRun: false,
      values: withShownFiles(site, request, script.schema, values),
      problems: attempt.problems ?? start?.problems ?? [],
      ...defined({ presets: await shownPresets(site, request, script, { values, state }) }),
      ...(await shownChoices(site, request, script, { values, sent: attempt.sent })),
      snapshot: ctx.kernels.snapshot?.(script.name),
      environment: environmentState(ctx, script),
      off,
      quota,
      refused: attempt.refused ?? '',
    },
    viewer,
    urls,
  );
  return sendPage(site, request, reply, {
    template: 'script',
    tab: script.title,
    shared: { title: view.head.title, description: view.head.description },
    scope: { view },
  });
}

/** Names are NFC, as in the file list. */
export function scriptName(path: string): string {
  return path.normalize('NFC').replace(/\/$/, '');
}
