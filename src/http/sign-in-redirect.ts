/** `/sign-in/NAME`: to a provider that has a page of its own, back from there, and its requests to end sessions. */
import { hash } from 'node:crypto';
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SERVER } from '../domain/access/access.ts';
import type { ProviderLogout, RedirectProvider } from '../domain/access/provider.ts';
import { AppError, wholeMessage } from '../domain/error.ts';
import { MINUTE_MS } from '../domain/milliseconds.ts';
import { message } from '../page/message/message.ts';
import { cookieName, cookiePlace } from './access/cookie-place.ts';
import { enterByProvider, noteRefusal } from './access/entry.ts';
import { ownPath } from './access/own-path.ts';
import { Again, sendSignIn } from './sign-in.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ provider: Type.String({ maxLength: 30 }) });
const Text = Type.Optional(Type.String({ maxLength: 4000 }));
const LogoutToken = Type.Object({ logout_token: Type.String({ maxLength: 20_000 }) });
/** More does not fit into a cookie, encrypted with the rest. */
const NEXT_CHARS = 1_000;
const FLOW_MS = 15 * MINUTE_MS;

export function addRedirectSignIn(app: App, site: Site): void {
  const { urls } = site;
  app.get(
    '/sign-in/:provider',
    { schema: { params: Path, querystring: Type.Object({ next: Text, again: Again }), hide: true } },
    async (request, reply) => {
      const { next = '', again } = request.query;
      // its form is there
      if (site.providers.some(({ type, name }) => type === 'password' && name === request.params.provider))
        return reply.redirect(urls.signInFor(next), 303);
      const provider = findProvider(site, request.params.provider);
      return orSignIn(site, request, reply, async () => {
        const back = `${request.protocol}://${request.host}${urls.signInBack(provider.name)}`;
        const { url, flow } = await provider.begin(back, {
          next: next.length > NEXT_CHARS ? '' : next,
          isAgain: again !== undefined,
        });
        reply.setCookie(flowCookie(site, request, provider), flow, {
          ...cookieOptions(site, request),
          maxAge: FLOW_MS / 1000,
        });
        return reply.redirect(url, 303);
      });
    },
  );
  app.get('/sign-in/:provider/callback', { schema: { params: Path, hide: true } }, async (request, reply) => {
    const provider = findProvider(site, request.params.provider);
    const name = flowCookie(site, request, provider);
    const flow = request.cookies[name] ?? '';
    reply.clearCookie(name, cookieOptions(site, request));
    return orSignIn(site, request, reply, async () => {
      const url = new URL(`${request.protocol}://${request.host}${request.url}`);
      const { signIn, next } = await provider.finish(url, flow);
      await enterByProvider(site, request, reply, { provider: provider.name, signIn });
      return reply.redirect(ownPath(urls, next) ?? urls.home(), 303);
    });
  });
  addLogouts(app, site);
}

/** Sources: OpenID Connect Back-Channel Logout 1.0 section 2.5, Front-Channel Logout 1.0 section 3. */
function addLogouts(app: App, site: Site): void {
  app.post(
    '/sign-in/:provider/back-channel',
    { schema: { params: Path, body: LogoutToken, hide: true } },
    async (request, reply) => {
      const provider = findProvider(site, request.params.provider);
      void reply.header('cache-control', 'no-store');
      const logout = await provider.readLogout(request.body.logout_token).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'forbidden') throw error;
        site.ctx.log.warn({ provider: provider.name, why: wholeMessage(error) }, 'A logout token was refused');
      });
      if (logout === undefined) return reply.code(400).send({ error: 'invalid_request' });
      await endByProvider(site, request, provider, logout);
      return reply.code(200).send();
    },
  );
  app.get(
    '/sign-in/:provider/front-channel',
    { schema: { params: Path, querystring: Type.Object({ iss: Text, sid: Text }), hide: true } },
    async (request, reply) => {
      const provider = findProvider(site, request.params.provider);
      const { iss = '', sid = '' } = request.query;
      void reply.header('cache-control', 'no-store');
      if (sid !== '' && provider.isIssuer(iss)) await endByProvider(site, request, provider, { session: sid });
      return reply.type('text/plain').send('');
    },
  );
}

async function endByProvider(
  { ctx }: Site,
  { ip }: FastifyRequest,
  { name }: RedirectProvider,
  logout: ProviderLogout,
): Promise<void> {
  const sessions = await ctx.sessions.endByProvider(name, logout);
  if (sessions === 0) return;
  ctx.log.info({ provider: name, ended: sessions }, 'The provider has ended sessions');
  const actor = { ...SERVER, origin: { way: name, address: ip } };
  const details = { sessions, ...(logout.subject === undefined ? {} : { subject: logout.subject }) };
  await ctx.audit?.record(actor, { action: 'sessions-ended', details });
}

function findProvider({ providers }: Site, wanted: string): RedirectProvider {
  const provider = providers.find(({ name }) => name === wanted);
  if (provider?.type !== 'redirect') throw new AppError('not-found', message.error.noPage);
  return provider;
}

/** What prevents the sign-in is said on the sign-in page. */
async function orSignIn(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'forbidden' && error.code !== 'unavailable')) throw error;
    const { provider } = request.params as { provider: string };
    site.ctx.log.warn({ provider, why: wholeMessage(error), address: request.ip }, 'Somebody could not sign in');
    await noteRefusal(site, request, { way: provider });
    return sendSignIn(site, request, reply.code(error.code === 'forbidden' ? 403 : 503), {
      next: '',
      problem: error.message,
    });
  }
}

function flowCookie(site: Site, request: FastifyRequest, { name }: RedirectProvider): string {
  const key = `${name} ${site.options.operatorTokens[0]}`;
  return cookieName(site, request, `script_runner_flow_${hash('sha256', key).slice(0, 8)}`);
}

/** Sent with the way back, which comes from another site. */
function cookieOptions(site: Site, request: FastifyRequest) {
  return { ...cookiePlace(site, request), httpOnly: true, sameSite: 'lax' } as const;
}
