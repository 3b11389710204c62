/** `/admin/access`: who may do what, and why, for operators. */
import { Type } from '@fastify/type-provider-typebox';
import { type AccessContext, readAccess, readExplanation } from '../app/access-read.ts';
import type { Actor } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import { personFor } from '../domain/access/explanation.ts';
import { ACCESS_WORDS, accessView, type AccessQuestion } from '../page/access.ts';
import { viewerOf } from './access/viewer.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';

const Word = Type.Optional(Type.String({ maxLength: 1_000 }));
const Query = Type.Object({ user: Word, groups: Word, script: Word });

export function addAccessPage(app: App, site: Site): void {
  const { ctx, urls, options } = site;
  app.get('/admin/access', { schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const { user = '', groups = '', script = '' } = request.query;
    const context: AccessContext = {
      scripts: ctx.scripts,
      rules: options.accessRules?.() ?? new Map(),
      ignored: options.ignoredRules?.() ?? new Map(),
      authentication: options.authentication ?? { operators: [] },
    };
    const lines = await readAccess(context, viewer.actor);
    const question = { user, groups, script };
    const asked =
      user === '' || script === '' ? { sentences: [], problem: '' } : await answer(context, viewer.actor, question);
    return sendPage(site, request, reply, {
      template: 'access',
      tab: ACCESS_WORDS.title,
      scope: {
        view: accessView({ lines, ignored: [...context.ignored.values()] }, { question, ...asked }, viewer, urls),
        words: ACCESS_WORDS,
      },
    });
  });
}

/** An unknown script is a problem of the question, not of the page. */
async function answer(context: AccessContext, actor: Actor, { user, groups, script }: AccessQuestion) {
  const names = groups
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  try {
    const { sentences } = await readExplanation(context, actor, { person: personFor(user, names), script });
    return { sentences, problem: '' };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
    return { sentences: [], problem: error.message };
  }
}
