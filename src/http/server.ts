/**
 * The HTTP side of the server: request checks, headers, pages, API and files on one Fastify instance. The caller starts
 * listening.
 */
import { setTimeout as wait } from 'node:timers/promises';
import cookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify from 'fastify';
import { createLookNotes } from '../app/audit/audit-look.ts';
import type { AppContext } from '../app/context.ts';
import { createExportMemory } from '../app/export-list.ts';
import { countTriesHere } from '../domain/access/password-tries.ts';
import { SESSION_LIMITS } from '../domain/access/session.ts';
import { TOKEN_IDLE_MS } from '../domain/access/token.ts';
import { defined } from '../domain/defined.ts';
import { withLook, type ReportLook } from '../app/report/report-look.ts';
import { createReportService } from '../app/report/report-service.ts';
import { createPersonNotes } from '../app/token.ts';
import { createTokenPeople } from '../app/token-person.ts';
import { createUrls } from '../page/urls.ts';
import { createTemplates } from '../page/template.ts';
import type { Templates } from '../page/template.ts';
import { addAccessPage } from './access-page.ts';
import { addActor } from './access/actor.ts';
import { addAccountPage } from './account-page.ts';
import { addAdmin } from './admin.ts';
import { addAuditPage } from './audit-page.ts';
import { addAuditedRoutes } from './audited-route.ts';
import { addApi } from './api/api.ts';
import { readAssets } from './asset.ts';
import type { Assets } from './asset.ts';
import { addCatalogue } from './catalogue.ts';
import { addErrors, answerUnreadable } from './error.ts';
import { addFiles } from './file.ts';
import { addFormBody } from './form-body.ts';
import { addAuthentication, createIdentity } from './access/authentication.ts';
import { addGuard } from './access/request-check.ts';
import { addHeaders } from './header.ts';
import { addHealth } from './health.ts';
import { addHistory } from './history.ts';
import { addHook } from './hook.ts';
import { addInterest } from './interest.ts';
import { addInvitation } from './invitation.ts';
import { addEmbedPages } from './embed/embed-page.ts';
import { addEmbedScript } from './embed/embed-script.ts';
import { addLinkPages } from './link/link-page.ts';
import { addLive } from './report/live.ts';
import { createPeerCheck } from './access/peer.ts';
import { reportPlaces } from './report/report-place.ts';
import { addReport } from './report/report.ts';
import { addMultipart } from './multipart.ts';
import { addPackages } from './packages.ts';
import { addRevisions } from './revision.ts';
import { addRun } from './run.ts';
import { compileLater } from './schema-compiler.ts';
import { addScript } from './script.ts';
import { addShare } from './share.ts';
import { addSessionPages } from './session-page.ts';
import { addCodeSignIn } from './sign-in-code.ts';
import { addPasswordSignIn } from './sign-in-password.ts';
import { addRedirectSignIn } from './sign-in-redirect.ts';
import { addSignIn } from './sign-in.ts';
import { addBrand, brandStyleUrl } from './brand.ts';
import { brandStyle, NO_BRAND } from '../domain/report/brand.ts';
import { REPORT_STYLE, watchReportStyle } from '../page/report-style.ts';
import type { App, HttpOptions, Site } from './site.ts';
import { createStreamLimit } from './report/stream-limit.ts';
import { addTheme } from './theme.ts';
import { addCheck } from './check.ts';
import { addTokenPage } from './token-page.ts';
import { answerUnreadableRequest } from './unreadable-request.ts';
import { addUsage } from './usage.ts';
import { addWho } from './who.ts';

/** Bodies are forms and small JSON: values, not files. */
const BODY_BYTES = 1_000_000;
const MAX_PATH_CHARS = 4_000;
/** Time for a complete request: a megabyte takes ten seconds on a slow line. Slower clients get 408. */
const REQUEST_MS = 60_000;
const HEADERS_MS = 20_000;
const CHECK_MS = 5_000;
/** Time for telling readers how their run ended. */
const LAST_WORDS_MS = 1_000;

/** The routes of pages, and of what they send. */
const PAGES = [
  addBrand,
  addCatalogue,
  addRun,
  addShare,
  addEmbedScript,
  addReport,
  addLive,
  addHistory,
  addAdmin,
  addAccessPage,
  addAuditPage,
  addSessionPages,
  addSignIn,
  addRedirectSignIn,
  addPasswordSignIn,
  addCodeSignIn,
  addAccountPage,
  addInvitation,
  addCheck,
  addPackages,
  addUsage,
  addRevisions,
  addInterest,
  addTheme,
  addTokenPage,
  addWho,
];

/** Ready to listen. Closing it ends every open stream. */
export async function createHttp(ctx: AppContext, options: HttpOptions): Promise<App> {
  const app: App = fastify({
    bodyLimit: BODY_BYTES,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    // an unknown key is an error, not something to ignore silently; the schemas are TypeBox's, and correct
    ajv: { customOptions: { removeAdditional: false, validateSchema: false } },
    schemaController: { compilersFactory: { buildValidator: compileLater() } },
    forceCloseConnections: true,
    ...slowRequests(options.requestMs ?? REQUEST_MS),
    routerOptions: { maxParamLength: MAX_PATH_CHARS, ignoreTrailingSlash: true },
    logger: false,
    frameworkErrors: answerUnreadable,
    clientErrorHandler: answerUnreadableRequest,
  }).withTypeProvider<TypeBoxTypeProvider>();
  const { onRoute } = options;
  if (onRoute !== undefined) app.addHook('onRoute', onRoute);
  const site = createSite(app, ctx, options);
  await app.register(cookie);
  addFormBody(app, BODY_BYTES);
  addHeaders(app);
  // as early as possible: a client may be gone when its request is read
  app.server.on('connection', (socket) => void site.peers.look(socket));
  addGuard(app, options.allowedHosts, site.peers);
  addErrors(app, site);
  addActor(app, site);
  addAuthentication(app, site);
  addAuditedRoutes(app, site);
  addHealth(app, site);
  await app.register(
    async (scoped) => {
      const routes = scoped as App;
      // before the API, whose description leaves them out
      await addLinkPages(routes, site);
      await addEmbedPages(routes, site);
      await addApi(routes, site);
      await addHook(routes, site);
      await addFiles(routes, { ...site, options: { ...options, basePath: '' } });
      await routes.register(async (forms) => {
        addMultipart(forms as App, site);
        addScript(forms as App, site);
      });
      for (const add of PAGES) add(routes, site);
    },
    { prefix: options.basePath },
  );
  await app.ready();
  return app;
}

function slowRequests(requestMs: number) {
  return {
    requestTimeout: requestMs,
    http: {
      headersTimeout: Math.min(HEADERS_MS, requestMs),
      connectionsCheckingInterval: Math.min(CHECK_MS, requestMs),
    },
  };
}

function createSite(app: App, ctx: AppContext, options: HttpOptions): Site {
  const urls = createUrls(options.basePath);
  const assets = readAssets(options.assetsDirectory, urls);
  const closing = new AbortController();
  const streams = new Set<Promise<void>>();
  app.addHook('preClose', async () => {
    closing.abort();
    const patience = new AbortController();
    await Promise.race([
      Promise.all(streams),
      wait(LAST_WORDS_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  });
  const peers = createPeerCheck(ctx.kernels);
  const brand = options.brand ?? NO_BRAND;
  const { tokenIdleMs = TOKEN_IDLE_MS } = options;
  return {
    ctx,
    options,
    peers,
    urls,
    assets,
    brand,
    brandStyleUrl: brandStyleUrl(brand, urls),
    templates: createProjectTemplates(ctx, assets, options.templatesDirectory),
    closing: closing.signal,
    streams,
    noteLook: createLookNotes(ctx),
    notePerson: createPersonNotes(ctx),
    personNow: createTokenPeople(ctx, options.providers ?? [], tokenIdleMs),
    tokenIdleMs,
    exports: options.exports ?? createExportMemory(ctx),
    streamLimit: createStreamLimit(),
    sessionLimits: options.sessionLimits ?? SESSION_LIMITS,
    providers: options.providers ?? [],
    passwordTries: options.passwordTries ?? countTriesHere(),
    reports: withLook(
      options.reports ?? createReportService(ctx, reportPlaces(assets, urls)),
      createLook(ctx, options),
    ),
    identity: createIdentity(options.authentication, options.trustedProxies, peers),
  };
}

/** The look of reports: that of the settings, and the project's own style sheet. */
function createLook(ctx: AppContext, { brand = NO_BRAND, templatesDirectory }: HttpOptions): () => ReportLook {
  const own = watchReportStyle(templatesDirectory, (problem) =>
    ctx.log.warn({ file: `templates/${REPORT_STYLE}`, problem }, 'The style sheet for reports is broken and not used'),
  );
  const style = brandStyle(brand);
  return () => ({ style: style + own(), ...defined({ look: brand.theme }) });
}

/** A broken template is logged once for each kind of failure, not for each page. */
function createProjectTemplates(ctx: AppContext, assets: Assets, directory: string | undefined): Templates {
  let last = '';
  return createTemplates(assets.url, {
    directory,
    onProblem(problem) {
      const text = JSON.stringify(problem);
      if (text !== last)
        ctx.log.warn({ template: problem }, 'A template of the project is broken; the built-in one is used');
      last = text;
    },
  });
}
