/** How strong a sign-in at a provider was. Source: OpenID Connect Core 1.0, section 2; RFC 8176 for the methods. */
import type { OidcSettings } from '../domain/access/provider.ts';
import { AppError } from '../domain/error.ts';

/** `claims`: of the ID token of a sign-in; one of a refresh need not repeat them. Throws `forbidden`. */
export function refuseWeak(
  { title, acrValues, amrValues }: OidcSettings,
  claims: Readonly<Record<string, unknown>> = {},
): void {
  const { acr, amr } = claims;
  const methods: readonly unknown[] = Array.isArray(amr) ? amr : [];
  const isClass = acrValues === undefined || acrValues.split(' ').some((wanted) => wanted === acr);
  const isMethod = amrValues === undefined || amrValues.split(' ').some((wanted) => methods.includes(wanted));
  if (isClass && isMethod) return;
  throw new AppError(
    'forbidden',
    `${title} signed you in, but not in a way that this server asks for, such as with a second factor. Sign in again, or tell whoever runs this server.`,
    { cause: new Error(`The ID token has acr ${JSON.stringify(acr)} and amr ${JSON.stringify(amr)}.`) },
  );
}
