/** `/admin/audit`: who did what, for operators; and the same as JSON lines to download. */
import { Readable } from 'node:stream';
import { Type } from '@fastify/type-provider-typebox';
import { exportAudit, listAudit, verifyAudit, type AuditContext } from '../app/audit/audit-read.ts';
import { type Actor, authorize } from '../domain/access/access.ts';
import { AUDIT_ACTIONS, auditLine } from '../domain/audit.ts';
import { AppError } from '../domain/error.ts';
import { AUDIT_WORDS, auditView, readAuditFilter } from '../page/audit.ts';
import { viewerOf } from './access/viewer.ts';
import { attachment } from './header.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';

const ENTRIES = 50;
/** The newest entries, which every look verifies in some milliseconds; `audit verify` verifies all. */
const VERIFIED = 1_000;
const Word = Type.Optional(Type.String({ maxLength: 1_000 }));
const Query = Type.Object({
  by: Word,
  action: Type.Optional(Type.Union([Type.Literal(''), ...AUDIT_ACTIONS.map((action) => Type.Literal(action))])),
  script: Word,
  run: Word,
  from: Word,
  since: Word,
  until: Word,
  before: Type.Optional(Type.Integer({ minimum: 1 })),
});

export function addAuditPage(app: App, site: Site): void {
  const { urls } = site;
  const schema = { querystring: Query, hide: true };
  app.get('/admin/audit', { schema }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const { before, ...filter } = request.query;
    const query = readAuditFilter(filter, viewer.timezone);
    const cursor = before === undefined ? {} : { before };
    const audited = contextOf(site, viewer.actor);
    const { entries, next } = await listAudit(audited, viewer.actor, {
      ...query,
      ...cursor,
      limit: ENTRIES,
    });
    const { problem = '' } = await verifyAudit(audited, viewer.actor, VERIFIED);
    const isOn = site.ctx.audit !== undefined;
    const found = { entries, next, filter, isOn, isFirst: before === undefined, problem };
    return sendPage(site, request, reply, {
      template: 'audit',
      tab: AUDIT_WORDS.title,
      here: 'admin',
      scope: { view: auditView(found, viewer, urls), words: AUDIT_WORDS },
    });
  });
  app.get('/admin/audit/export', { schema }, async (request, reply) => {
    const { actor, timezone } = viewerOf(site, request);
    const { before: _before, ...filter } = request.query;
    const lines = linesOf(contextOf(site, actor), actor, readAuditFilter(filter, timezone));
    return attachment(reply, 'audit.jsonl', 'application/jsonl; charset=utf-8').send(Readable.from(lines));
  });
}

async function* linesOf(ctx: AuditContext, actor: Actor, query: ReturnType<typeof readAuditFilter>) {
  for await (const entries of exportAudit(ctx, actor, query))
    if (entries.length > 0) yield entries.map((entry) => `${auditLine(entry)}\n`).join('');
}

/** Refused before an answer begins. */
function contextOf({ ctx: { auditStore } }: Site, actor: Actor): AuditContext {
  authorize(actor, { type: 'administer' });
  if (auditStore === undefined) throw new AppError('unavailable', 'This server cannot record anything.');
  return { auditStore };
}
