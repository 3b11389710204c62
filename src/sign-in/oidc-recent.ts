/** When somebody proved to a provider who they are. Source: OpenID Connect Core 1.0, sections 2 and 3.1.2.1. */
import type { OidcSettings } from '../domain/access/provider.ts';
import { isRecent, RECENT_MS } from '../domain/access/session.ts';
import { AppError } from '../domain/error.ts';
import { SECOND_MS } from '../domain/milliseconds.ts';

type Claims = Readonly<Record<string, unknown>> | undefined;

/** Parameters of a request by which it asks again also who is signed in there, and says when it did. */
export const ASK_AGAIN = { prompt: 'login', max_age: String(RECENT_MS / SECOND_MS) };

/** By the ID token; not later than now, however wrong the clock of the provider is. Undefined: it does not say. */
export function authTimeMs(claims: Claims, nowMs: number): number | undefined {
  const seconds = claims?.['auth_time'];
  return typeof seconds === 'number' ? Math.min(seconds * SECOND_MS, nowMs) : undefined;
}

/** `claims`: of the ID token of a sign-in with `ASK_AGAIN`. Throws `forbidden`. */
export function refuseOld({ title }: OidcSettings, claims: Claims, nowMs: number): void {
  if (isRecent(authTimeMs(claims, nowMs), nowMs)) return;
  throw new AppError(
    'forbidden',
    `${title} did not ask you again who you are, or does not say when it did. So you cannot end other sessions; tell whoever runs this server.`,
    { cause: new Error(`The ID token has auth_time ${JSON.stringify(claims?.['auth_time'])}.`) },
  );
}
