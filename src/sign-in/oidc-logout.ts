/** Logout tokens, by which a provider ends sessions. Source: OpenID Connect Back-Channel Logout 1.0, section 2.6. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Configuration } from 'openid-client';
import type { OidcSettings, RedirectProvider } from '../domain/access/provider.ts';
import { AppError } from '../domain/error.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** None of the symmetric ones: their key is known to more than the provider. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const OLDEST = '5 minutes';
/** Its own type; many providers name none, or the one of all tokens. Others belong to tokens for something else. */
const TYPES = ['logout+jwt', 'jwt', undefined];

export function createLogoutReader(
  { client }: OidcSettings,
  discover: () => Promise<Configuration>,
  answerMs: number,
): RedirectProvider['readLogout'] {
  let known: { readonly url: string; readonly keys: ReturnType<typeof createRemoteJWKSet> } | undefined;
  return async (token) => {
    const { issuer, jwks_uri: url = '' } = (await discover()).serverMetadata();
    if (known?.url !== url) known = { url, keys: createRemoteJWKSet(new URL(url), { timeoutDuration: answerMs }) };
    const options = { issuer, audience: client, algorithms: ALGORITHMS, maxTokenAge: OLDEST, clockTolerance: 30 };
    const { payload, protectedHeader } = await jwtVerify(token, known.keys, options).catch((cause: unknown) => {
      throw refused(cause);
    });
    const { sub, sid, nonce, events } = payload;
    const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, '');
    if (!TYPES.includes(type)) throw refused(new Error(`It has the type ${JSON.stringify(type)}.`));
    const isLogout = typeof events === 'object' && events !== null && EVENT in events;
    const session = typeof sid === 'string' ? sid : undefined;
    if (!isLogout || nonce !== undefined || (sub === undefined && session === undefined)) throw refused();
    return { ...(sub === undefined ? {} : { subject: sub }), ...(session === undefined ? {} : { session }) };
  };
}

function refused(cause?: unknown): AppError {
  return new AppError('forbidden', 'This is no logout token of the provider for this server.', { cause });
}
