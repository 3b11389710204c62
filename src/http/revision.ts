/** `/revisions/<script>`: the revisions of a script that ran, for operators; and the stored source of a run. */
import { Type } from '@fastify/type-provider-typebox';
import { compareRevisions, readRevisionFile } from '../app/revision/revision-compare.ts';
import { readRevisions } from '../app/revision/revision-list.ts';
import { rollBack, undoRollback } from '../app/revision/revision-roll.ts';
import { repeatRun } from '../app/revision/revision-run.ts';
import { fileStem } from '../domain/report/report-file-name.ts';
import { REVISION_WORDS, revisionView } from '../page/revision.ts';
import { viewerOf } from './access/viewer.ts';
import { attachment } from './header.ts';
import { sendPage } from './page.ts';
import { RunPath } from './run.ts';
import { scriptName } from './script.ts';
import { uploaderOf } from './upload-owner.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) });
const Id = Type.Optional(Type.String({ maxLength: 64 }));
/** Ids of runs; empty or absent: what is published. Without `from` nothing is compared. */
const Sides = Type.Object({ from: Id, to: Id });
const Part = Type.Object({ part: Type.Optional(Type.Literal('sidecar')) });

const BRACE = 0x7b;
const SPACES = new Set([0x20, 0x0a, 0x0d, 0x09]);

export function addRevisions(app: App, site: Site): void {
  const { ctx, urls } = site;
  const schema = { params: Path, querystring: Sides, hide: true };
  app.get('/revisions/*', { schema }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const found = await readRevisions(ctx, viewer.actor, scriptName(request.params['*']));
    const [from, to] = [request.query.from, request.query.to].map((id) => (id === '' ? undefined : id));
    const comparison =
      from === undefined ? undefined : await compareRevisions(ctx, viewer.actor, found.script, { from, to });
    const view = revisionView(found, comparison, viewer, urls);
    return sendPage(site, request, reply, {
      template: 'revisions',
      tab: `${REVISION_WORDS.title}: ${view.title}`,
      scope: { view, words: REVISION_WORDS },
    });
  });
  app.post('/revisions/*', { schema: { params: Path, hide: true } }, async (request, reply) => {
    const { actor } = viewerOf(site, request);
    const { name } = await undoRollback(ctx, actor, scriptName(request.params['*']));
    return reply.redirect(urls.revisions(name), 303);
  });
  app.post('/runs/:id/roll-back', { schema: { params: RunPath, hide: true } }, async (request, reply) => {
    const { name } = await rollBack(ctx, viewerOf(site, request).actor, request.params.id);
    return reply.redirect(urls.revisions(name), 303);
  });
  app.post('/runs/:id/repeat', { schema: { params: RunPath, hide: true } }, async (request, reply) => {
    const { actor } = viewerOf(site, request);
    const { id } = await repeatRun(ctx, actor, request.params.id, uploaderOf(site, request));
    return reply.redirect(urls.run(id), 303);
  });
  app.get(
    '/runs/:id/source',
    { schema: { params: RunPath, querystring: Part, hide: true } },
    async (request, reply) => {
      const { actor } = viewerOf(site, request);
      const part = request.query.part ?? 'script';
      const { run, bytes } = await readRevisionFile(ctx, actor, { id: request.params.id, part });
      const stem = `${fileStem(run.title)} ${run.revision.slice(0, 8)}`;
      const file =
        part === 'sidecar' ? sidecarName(stem, run.sidecar?.file) : `${stem}${isNotebook(bytes) ? '.ipynb' : '.py'}`;
      return attachment(reply, file, 'application/octet-stream').send(Buffer.from(bytes));
    },
  );
}

/** Scripts in text formats are stored as notebooks, except Python files. */
function isNotebook(bytes: Uint8Array): boolean {
  return bytes.find((byte) => !SPACES.has(byte)) === BRACE;
}

function sidecarName(stem: string, file = ''): string {
  return `${stem}.params${file.endsWith('.json') ? '.json' : '.yaml'}`;
}
