/**
 * A provider of OpenID Connect on this machine: the package oidc-provider, with pages on which anybody signs in. It can
 * be made to send forged ID tokens.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { defined } from '../../src/domain/defined.ts';
import { createMemory } from './oidc-memory.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** Longer than a test: on a busy machine a connection may be used in the moment in which it is closed. */
const KEEP_MS = 600_000;
const hours = { AccessToken: HOUR_S, IdToken: HOUR_S, Interaction: HOUR_S };

export const CLIENT = { id: 'script-runner', secret: 'secret-of-the-client' };

/** Signs with the key of the provider; `type`: in the header. */
export type Sign = (claims: JWTPayload, type?: string) => Promise<string>;
/** What is sent in place of the ID token with these claims; undefined: none. */
export type Forge = (claims: JWTPayload, sign: Sign) => Promise<string | undefined>;

export interface OidcServer {
  readonly issuer: string;
  /** Of everybody, by name; changes count at once. */
  readonly groups: Map<string, string[]>;
  /** Whoever is no longer known there. */
  readonly gone: Set<string>;
  /** From now on connections are closed without an answer, or stay open without one; or everybody gets one. */
  setSilent(how: false | 'closes' | 'hangs'): void;
  /** From now on; undefined: ID tokens are sent as they are. */
  setForge(forge: Forge | undefined): void;
  /** After `serve`. */
  readonly sign: Sign;
  /** `app`: address of the server that people sign in to; `name`: what the provider is called there. */
  serve(app: string, name?: string): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free port; answers after `serve`. */
export async function startOidc(): Promise<OidcServer> {
  const groups = new Map<string, string[]>();
  const gone = new Set<string>();
  const server = createServer({ keepAliveTimeout: KEEP_MS }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  let silence: Parameters<OidcServer['setSilent']>[0] = false;
  let forge: Forge | undefined;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const sign: Sign = (claims, typ) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'a', ...defined({ typ }) }).sign(privateKey);
  return {
    issuer,
    sign,
    groups,
    gone,
    setSilent: (how) => (silence = how),
    setForge: (how) => (forge = how),
    async serve(app, name = 'company') {
      const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'a' };
      const provider = new Provider(issuer, { ...settingsOf(app, name, { groups, gone }), jwks: { keys: [key] } });
      const answer = provider.callback();
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        if (silence === 'closes') return response.destroy();
        if (silence === 'hangs') return;
        if (request.url?.startsWith('/interaction/') === true) return void interact(provider, request, response);
        if (request.url === '/token' && forge !== undefined) replaceIdToken(response, forge, sign);
        void answer(request, response);
      });
    },
    close: () => stop(server),
  };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

function settingsOf(
  app: string,
  name: string,
  { groups, gone }: Pick<OidcServer, 'groups' | 'gone'>,
): Omit<Configuration, 'jwks'> {
  return {
    adapter: createMemory(),
    cookies: { keys: ['a key of the test'] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${app}/sign-in/${name}/callback`],
        post_logout_redirect_uris: [`${app}/sign-in`],
        backchannel_logout_uri: `${app}/sign-in/${name}/back-channel`,
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'groups'], email: ['email'] },
    // by itself it asks no server on this machine
    fetch: async (url, { method, headers, body, redirect }: RequestInit = {}) =>
      fetch(url, { ...defined({ method, headers, body, redirect }) }),
    ttl: { ...hours, Grant: DAY_S, RefreshToken: DAY_S, Session: DAY_S },
    features: {
      backchannelLogout: { enabled: true },
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = pageOf(`${form}<button form="op.logoutForm" name="logout" value="yes">Sign me out</button>`);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = pageOf('Signed out.');
        },
      },
    },
    renderError: (ctx, { error, error_description: why = '' }) => {
      ctx.type = 'html';
      ctx.body = pageOf(`${error} ${why}`);
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: async () => true,
    // nobody is asked for consent
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant(
        defined({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId }),
      );
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    findAccount: (_ctx, id) =>
      gone.has(id)
        ? undefined
        : {
            accountId: id,
            claims: async () => ({
              sub: id,
              preferred_username: id,
              name: `${id} Moreno`,
              email: `${id}@example.org`,
              groups: groups.get(id) ?? [],
            }),
          },
  };
}

function pageOf(body: string): string {
  return `<!DOCTYPE html><html lang="en"><head><title>Provider</title></head><body>${body}</body></html>`;
}

/** The page on which somebody signs in: with any name. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const accountId = new URLSearchParams(await text(request)).get('login') ?? '';
    return provider.interactionFinished(request, response, { login: { accountId } });
  }
  const label = '<label>Login <input name="login"></label>';
  response
    .setHeader('content-type', 'text/html')
    .end(pageOf(`<form method="post" action="${request.url}">${label}<button>Continue</button></form>`));
}

/** Of an answer with tokens. */
function replaceIdToken(response: ServerResponse, forge: Forge, sign: Sign): void {
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  const send = async (body: string) => {
    const { id_token: genuine, ...rest } = JSON.parse(body) as Record<string, string>;
    const forged = genuine === undefined ? undefined : await forge(decodeJwt(genuine), sign);
    const sent = JSON.stringify({ ...rest, ...defined({ id_token: forged }) });
    response.setHeader('content-length', Buffer.byteLength(sent));
    end(sent);
  };
  response.end = ((body: string) => {
    void send(body);
    return response;
  }) as typeof response.end;
}
