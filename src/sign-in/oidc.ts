/**
 * OpenID Connect: authorization code with PKCE, state and nonce. Sources: OpenID Connect Core 1.0, RFC 9700,
 * RP-Initiated Logout 1.0.
 */
import * as client from 'openid-client';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/milliseconds.ts';
import { type OidcSettings, personOf, type RedirectProvider, type SignIn } from '../domain/access/provider.ts';
import type { Seals } from '../domain/seals.ts';
import { readClaims } from './oidc-claim.ts';
import { createLogoutReader } from './oidc-logout.ts';
import { ASK_AGAIN, authTimeMs, refuseOld } from './oidc-recent.ts';
import { refuseWeak } from './oidc-strength.ts';

/** Time for each answer of the provider. */
const ANSWER_MS = 10 * SECOND_MS;
/** How far the clock of the provider may be ahead. */
const AHEAD_MS = 5 * MINUTE_MS;
/** Its description and keys are read again after this time. */
const DISCOVERY_MS = HOUR_MS;
/** Groups are not read more often than this, however short the life of access tokens is. */
const LEAST_REFRESH_MS = MINUTE_MS;
/** Where the provider does not say how long its access tokens live. */
const USUAL_REFRESH_MS = 5 * MINUTE_MS;
/** Time in which somebody signs in there. */
const FLOW_MS = 15 * MINUTE_MS;

export interface OidcPorts {
  readonly seals: Seals;
  readonly now: () => number;
  /** Names of all providers, in their order. */
  readonly names: readonly string[];
  /** Time for each answer; other than usual in tests alone. */
  readonly answerMs?: number;
}

export function createOidc(settings: OidcSettings, ports: OidcPorts): RedirectProvider {
  const { seals, now } = ports;
  const discover = discovery(settings, ports);
  const context = (what: string) => `sign-in ${settings.name} ${what}`;
  const signInOf = createReader(settings, ports, context('session'));
  return {
    type: 'redirect',
    name: settings.name,
    title: settings.title,
    async begin(backUrl, { next, isAgain }) {
      const { url, secrets } = await requestOf(settings, await discover(), { backUrl, isAgain });
      const flow = { ...secrets, next, backUrl, again: isAgain ? 'yes' : '', untilMs: String(now() + FLOW_MS) };
      return { url, flow: seals.seal(flow, context('flow')) };
    },
    async finish(url, sealed) {
      const flow = openFlow(seals, sealed, context('flow'));
      if (flow === undefined || Number(flow['untilMs']) <= now()) throw notOurs();
      const config = await discover();
      const back = new URL(flow['backUrl'] ?? '');
      back.search = url.search;
      const { issuer } = config.serverMetadata();
      const { state, iss = issuer } = Object.fromEntries(url.searchParams);
      if (state !== flow['state'] || iss !== issuer) throw notOurs();
      const tokens = await asking(settings, () =>
        client.authorizationCodeGrant(config, back, {
          pkceCodeVerifier: flow['verifier'] ?? '',
          expectedState: flow['state'] ?? '',
          expectedNonce: flow['nonce'] ?? '',
          idTokenExpected: true,
        }),
      );
      refuseWeak(settings, tokens.claims());
      if (flow['again'] === 'yes') refuseOld(settings, tokens.claims(), now());
      return { signIn: await asking(settings, () => signInOf(config, tokens)), next: flow['next'] ?? '' };
    },
    async refresh(sealed) {
      const before = seals.open(sealed, context('session'));
      const { refreshToken } = before;
      if (refreshToken === undefined) return undefined;
      const config = await discover();
      try {
        return await signInOf(config, await client.refreshTokenGrant(config, refreshToken), before);
      } catch (error) {
        if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant') return undefined;
        if (error instanceof AppError && error.code === 'forbidden') return undefined;
        throw silent(settings, error);
      }
    },
    provenAtMs(sealed) {
      const text = sealed === undefined ? undefined : openFlow(seals, sealed, context('session'))?.['provenAtMs'];
      return text === undefined ? undefined : Number(text);
    },
    async logoutUrl(sealed, backUrl) {
      const config = await discover();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      const idToken = sealed === undefined ? undefined : openFlow(seals, sealed, context('session'))?.['idToken'];
      const hint = idToken === undefined ? {} : { id_token_hint: idToken };
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: backUrl, ...hint }).href;
    },
    readLogout: createLogoutReader(settings, discover, ports.answerMs ?? ANSWER_MS),
    isIssuer: (issuer) => issuer === settings.issuer,
  };
}

/** The address that asks for a code; `secrets`: what its answer is checked with. */
async function requestOf(
  { scopes, acrValues }: OidcSettings,
  config: client.Configuration,
  { backUrl, isAgain }: { readonly backUrl: string; readonly isAgain: boolean },
) {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const { href } = client.buildAuthorizationUrl(config, {
    redirect_uri: backUrl,
    scope: scopes,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...defined({ acr_values: acrValues }),
    ...(isAgain ? ASK_AGAIN : {}),
  });
  return { url: href, secrets: { verifier, state, nonce } };
}

/** Makes of tokens what is known of the person. `before`: the state until now; a refresh need not repeat all of it. */
function createReader(settings: OidcSettings, { seals, now, names }: OidcPorts, context: string) {
  return async (
    config: client.Configuration,
    tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
    before: Readonly<Record<string, string>> = {},
  ): Promise<SignIn> => {
    const claims = tokens.claims();
    if (claims !== undefined && claims.iat * SECOND_MS > now() + AHEAD_MS)
      throw untrusted(settings, new Error('the ID token was issued in the future'));
    const subject = claims?.sub ?? before['subject'] ?? '';
    if (before['subject'] !== undefined && before['subject'] !== subject) throw notOurs();
    const refreshToken = tokens.refresh_token ?? before['refreshToken'];
    const given = await readClaims(settings, config, { claims, accessToken: tokens.access_token, subject });
    const life = tokens.expires_in === undefined ? USUAL_REFRESH_MS : tokens.expires_in * 1000;
    // a refresh proves nothing
    const provenAtMs = before['provenAtMs'] ?? authTimeMs(claims, now())?.toString();
    const state = defined({ subject, refreshToken, idToken: tokens.id_token ?? before['idToken'], provenAtMs });
    return {
      person: personOf(names, settings.name, given),
      subject,
      ...(typeof claims?.['sid'] === 'string' ? { session: claims['sid'] } : {}),
      state: seals.seal(state as Record<string, string>, context),
      ...(refreshToken === undefined ? {} : { refreshAtMs: now() + Math.max(life, LEAST_REFRESH_MS) }),
    };
  };
}

/** The description of the provider, read when it is first needed; a failure is tried again. */
function discovery(
  settings: OidcSettings,
  { now, answerMs = ANSWER_MS }: OidcPorts,
): () => Promise<client.Configuration> {
  let known: { readonly config: Promise<client.Configuration>; readonly untilMs: number } | undefined;
  return async () => {
    if (known === undefined || known.untilMs <= now()) {
      const config = read(settings, answerMs);
      known = { config, untilMs: now() + DISCOVERY_MS };
      config.catch(() => (known = undefined));
    }
    return known.config.catch((error: unknown) => {
      throw silent(settings, error);
    });
  };
}

function read({ issuer, client: id, secret }: OidcSettings, answerMs: number): Promise<client.Configuration> {
  const auth = secret === undefined ? client.None() : client.ClientSecretBasic(secret);
  const url = new URL(issuer);
  return client.discovery(url, id, undefined, auth, {
    timeout: answerMs / SECOND_MS,
    // the signature of ID tokens is verified, too
    execute: [client.enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [client.allowInsecureRequests] : [])],
  });
}

/** What the provider refuses, and what is not its answer, is `forbidden`; what does not answer is `unavailable`. */
async function asking<T>(settings: OidcSettings, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (isSilence(error)) throw silent(settings, error);
    const isRefusal = error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError;
    throw isRefusal ? refused(settings, error) : untrusted(settings, error);
  }
}

/** Sources of the words: RFC 6749, sections 4.1.2.1 and 5.2. */
function refused(
  settings: OidcSettings,
  cause: client.AuthorizationResponseError | client.ResponseBodyError,
): AppError {
  const { title } = settings;
  switch (cause.error) {
    case 'access_denied':
      return new AppError('forbidden', `${title} did not sign you in.`, { cause });
    case 'temporarily_unavailable':
    case 'server_error':
      return silent(settings, cause);
    // of the code
    case 'invalid_grant':
      return notOurs(cause);
    default: {
      const word = /^[\w-]{1,50}$/.test(cause.error) ? ` (${cause.error})` : '';
      return new AppError('forbidden', `${title} refused the sign-in${word}. Tell whoever runs this server.`, {
        cause,
      });
    }
  }
}

/** An answer that is forged, or of a provider or clock that is not set right. The log says why. */
function untrusted({ title }: OidcSettings, cause: unknown): AppError {
  return new AppError(
    'forbidden',
    `${title} sent an answer that cannot be trusted, so you are not signed in. Tell whoever runs this server.`,
    { cause },
  );
}

function isSilence(error: unknown): boolean {
  const { name, code, status } = error as { name?: string; code?: string; status?: number };
  return (
    name === 'TimeoutError' ||
    name === 'TypeError' ||
    code === 'OAUTH_TIMEOUT' ||
    (status !== undefined && status >= 500)
  );
}

function silent({ title }: OidcSettings, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('unavailable', `${title} cannot be reached at the moment. Try again shortly.`, { cause });
}

function notOurs(cause?: unknown): AppError {
  return new AppError(
    'forbidden',
    'This sign-in cannot be finished: it took too long, was finished already, or was begun in another browser. Sign in again.',
    { cause },
  );
}

function openFlow(seals: Seals, sealed: string, context: string): Readonly<Record<string, string>> | undefined {
  try {
    return seals.open(sealed, context);
  } catch {
    return undefined;
  }
}
