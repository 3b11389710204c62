/** A provider of OpenID Connect on this machine: the package oidc-provider, with pages on which anybody signs in. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { defined } from '../../src/domain/defined.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** Longer than a test: on a busy machine a connection may be used in the moment in which it is closed. */
const KEEP_MS = 600_000;
const hours = { AccessToken: HOUR_S, IdToken: HOUR_S, Interaction: HOUR_S };

export const CLIENT = { id: 'script-runner', secret: 'secret-of-the-client' };

export interface OidcServer {
  readonly issuer: string;
  /** Of everybody, by name; changes count at once. */
  readonly groups: Map<string, string[]>;
  /** Whoever is no longer known there. */
  readonly gone: Set<string>;
  /** From now on nobody gets an answer, or everybody does. */
  setSilent(isSilent: boolean): void;
  /** `app`: address of the server that people sign in to. */
  serve(app: string): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free port; answers after `serve`. */
export async function startOidc(): Promise<OidcServer> {
  const groups = new Map<string, string[]>();
  const gone = new Set<string>();
  const server = createServer({ keepAliveTimeout: KEEP_MS }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  let isSilent = false;
  return {
    issuer,
    groups,
    gone,
    setSilent: (silent) => (isSilent = silent),
    async serve(app) {
      const { privateKey } = await generateKeyPair('RS256', { extractable: true });
      const provider = new Provider(issuer, {
        jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'a' }] },
        cookies: { keys: ['a key of the test'] },
        clients: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            redirect_uris: [`${app}/sign-in/company/callback`],
            post_logout_redirect_uris: [`${app}/sign-in`],
            backchannel_logout_uri: `${app}/sign-in/company/back-channel`,
            backchannel_logout_session_required: true,
            grant_types: ['authorization_code', 'refresh_token'],
          },
        ],
        claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'groups'], email: ['email'] },
        // by itself it asks no server on this machine
        fetch: async (url, { method, headers, body, redirect }: RequestInit = {}) =>
          fetch(url, { ...defined({ method, headers, body, redirect }) }),
        ttl: { ...hours, Grant: DAY_S, RefreshToken: DAY_S, Session: DAY_S },
        features: { backchannelLogout: { enabled: true } },
        issueRefreshToken: async () => true,
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
      });
      const answer = provider.callback();
      server.on('request', (request, response) => {
        if (isSilent) response.destroy();
        else void answer(request, response);
      });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
