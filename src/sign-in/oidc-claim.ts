/** What the provider says of a person: from the ID token, and what that lacks from the userinfo endpoint. */
import * as client from 'openid-client';
import type { OidcSettings } from '../domain/access/provider.ts';
import type { Person } from '../domain/access/right.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';

type Claims = Readonly<Record<string, unknown>>;

const SHOWN_CHARS = 200;

export interface Tokens {
  readonly claims: Claims | undefined;
  readonly accessToken: string;
  readonly subject: string;
}

/** Throws `forbidden` without a name, and for an e-mail address as a name that nobody has verified. */
export async function readClaims(
  { title, nameClaim, groupsClaim }: OidcSettings,
  config: client.Configuration,
  { claims = {}, accessToken, subject }: Tokens,
): Promise<Person & { readonly name: string }> {
  const isMissing = [nameClaim, groupsClaim, 'email', 'name'].some((claim) => claim !== '' && !(claim in claims));
  const canAsk = config.serverMetadata().userinfo_endpoint !== undefined;
  const asked: Claims = isMissing && canAsk ? await client.fetchUserInfo(config, accessToken, subject) : {};
  const all: Claims = { ...asked, ...claims };
  const name = all[nameClaim];
  if (typeof name !== 'string' || name.trim() === '')
    throw new AppError(
      'forbidden',
      `${title} does not say what you are called: it sends no “${nameClaim}”. Tell whoever runs this server.`,
    );
  if (nameClaim === 'email' && all['email_verified'] === false)
    throw new AppError('forbidden', `${title} has not verified your e-mail address.`);
  return {
    name,
    ...defined({ shownName: shortText(all['name']), email: shortText(all['email']) }),
    groups: groupsOf(all[groupsClaim]),
    isSignedIn: true,
  };
}

/** A list, or one name. */
function groupsOf(value: unknown): readonly string[] {
  return [value].flat().filter((group): group is string => typeof group === 'string' && group !== '');
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, SHOWN_CHARS) : undefined;
}
