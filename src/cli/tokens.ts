/** `script-runner tokens`: the tokens of people for their programs, and revoking them. */
import { createAudit } from '../app/audit/audit.ts';
import { listAllTokens, revokeToken, type TokenContext } from '../app/token.ts';
import { newId } from '../compose/compose.ts';
import { type Config, readConfig, type ConfigSources } from '../config/config.ts';
import { LOCAL } from '../domain/access/access.ts';
import { canBeAsked } from '../domain/access/provider.ts';
import { isResting, isValid, type ListedToken, type Token } from '../domain/access/token.ts';
import { AppError } from '../domain/error.ts';
import { openPeople } from '../store/open-people.ts';
import { plain } from './server-status.ts';

type SettingFlags = NonNullable<ConfigSources['flags']>;

export interface TokensOptions {
  /** Project folder. */
  readonly folder: string;
  /** Only those of this person, by name. */
  readonly person?: string | undefined;
}

export async function listTokens(
  flags: SettingFlags,
  { folder, person, json }: TokensOptions & { readonly json: boolean },
): Promise<void> {
  await withTokens(folder, flags, async (ctx, config) => {
    const tokens = await listAllTokens(ctx, LOCAL, person);
    if (json) return console.log(JSON.stringify(tokens, null, 2));
    if (tokens.length === 0) console.log(person === undefined ? 'There are no tokens.' : `${plain(person)} has none.`);
    for (const token of tokens) console.log(lineOf(token, config));
  });
}

/** One by its id, or all of a person. Throws `not-found` if there is none. */
export async function revokeTokens(
  id: string | undefined,
  flags: SettingFlags,
  { folder, person }: TokensOptions,
): Promise<void> {
  if ((id === undefined) === (person === undefined))
    throw new AppError('invalid', 'Name a token by its id (script-runner tokens list), or all of one by --person.');
  await withTokens(folder, flags, async (ctx) => {
    const ids =
      id === undefined ? (await listAllTokens(ctx, LOCAL, person)).filter(isAlive).map((one) => one.id) : [id];
    if (ids.length === 0) throw new AppError('not-found', `${person ?? ''} has no token that is valid.`);
    for (const one of ids) await revokeToken(ctx, LOCAL, one);
    console.log(`Revoked ${ids.length} token(s); they are refused from now on.`);
  });
}

function lineOf(token: ListedToken, config: Config): string {
  const { id, personId, name, scope, places, usedAtMs } = token;
  const used = usedAtMs === undefined ? 'never used' : `last used ${day(usedAtMs)}`;
  return `${id}  ${plain(personId)}  ${plain(name)}  ${[scope, ...places].map(plain).join(' ')}  ${endOf(token, config)}, ${used}`;
}

/** Where nobody can be asked about the person, it rests while the person does not come. */
function endOf(token: ListedToken, { authentication, tokenIdleMs }: Config): string {
  const { revokedAtMs, untilMs, provider, personSeenAtMs } = token;
  if (revokedAtMs !== undefined) return `revoked ${day(revokedAtMs)}`;
  const isAsked = canBeAsked(authentication.providers?.find((one) => one.name === provider));
  const rests = !isAsked && isAlive(token) && isResting(personSeenAtMs, tokenIdleMs, Date.now());
  return `expires ${day(untilMs)}${rests ? `, rests: its person was last here on ${day(personSeenAtMs)}` : ''}`;
}

function isAlive(token: Token): boolean {
  return isValid(token, Date.now());
}

async function withTokens(
  folder: string,
  flags: SettingFlags,
  work: (ctx: TokenContext, config: Config) => Promise<void>,
): Promise<void> {
  const config = readConfig({ target: folder, flags });
  const { data, database, audit } = config;
  const { tokens, auditStore, close } = await openPeople(data, database);
  const recording = audit.isOn ? { audit: createAudit(auditStore, Date.now) } : {};
  await work({ tokens, now: Date.now, newId, ...recording }, config).finally(close);
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
