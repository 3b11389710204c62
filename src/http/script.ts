/** `/s/<script>`: the form with the latest report, and its submission. Works without JavaScript: a post answers 303. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defined } from '../domain/defined.ts';
import { readScript } from '../app/script/script-read.ts';
import { readUrgentFindings } from '../app/script/script-review.ts';
import { retainMs } from '../domain/retention/retention.ts';
import type { FormBody } from '../page/form-values.ts';
import { runPageView } from '../page/run-page.ts';
import { type FormShown, formSource, submitForm } from './form.ts';
import { actOnPreset, rememberValues, shownPresets, startValues, type PresetState } from './preset.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

const Path = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) });
const Text = Type.Union([Type.String(), Type.Array(Type.String())]);
const Form = Type.Record(Type.String(), Text);

/** What a script's page shows: its name as in the address, and the failed submission, if any. */
interface Attempt extends FormShown {
  readonly name: string;
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
  const acted = await actOnPreset(site, request, reply, { script, body: sent.body });
  if (acted !== undefined) {
    if ('to' in acted) return reply.redirect(acted.to, 303);
    return sendScript(site, request, reply.code(acted.status), { name, sent: sent.body, ...acted });
  }
  const done = await submitForm(site, request, reply, { script, body: sent.body });
  if ('shown' in done) return sendScript(site, request, reply, { name, ...done.shown });
  await rememberValues(site, request, reply, { script, run: done.run });
  return reply.redirect(urls.run(done.run.id), 303);
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
  const listing = await readScript(ctx, viewer.actor, name);
  const { script, latest, usualMs } = listing;
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
  const problems = attempt.problems ?? start?.problems ?? [];
  const view = runPageView(
    {
      ...(await formSource(site, request, listing, { ...attempt, values, problems })),
      findings: await readUrgentFindings(ctx, viewer.actor, script),
      facts,
      isRun: false,
      ...defined({ presets: await shownPresets(site, request, script, { values, state }) }),
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
