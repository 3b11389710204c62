/** Asks the provider from time to time who the person of a session is now, in which groups, and whether it is over. */
import { orMeanwhile } from '../../app/answer-wait.ts';
import { userId } from '../../domain/access/access.ts';
import type { Provider } from '../../domain/access/provider.ts';
import type { Session } from '../../domain/access/session.ts';
import { MINUTE_MS, SECOND_MS } from '../../domain/milliseconds.ts';
import type { Site } from '../site.ts';

/** When it is asked again if it did not answer. */
const AGAIN_MS = MINUTE_MS;

/** How long a request waits for the answer. */
const WAIT_MS = 2 * SECOND_MS;

/**
 * The session as it is now; undefined if the provider has ended it. It goes on while the provider does not answer. One
 * request asks, of all processes, and waits a moment; others go on with what is known.
 */
export async function renewSession(site: Site, hash: string, session: Session): Promise<Session | undefined> {
  const { ctx, providers } = site;
  const nowMs = ctx.now();
  const provider = providers.find(({ name }) => name === session.provider);
  if (provider === undefined || (session.refreshAtMs ?? Infinity) > nowMs) return session;
  if (!(await ctx.sessions.claimRefresh(hash, { nowMs, againAtMs: nowMs + AGAIN_MS }))) return session;
  const asked = askProvider(site, provider, hash, session);
  asked.catch((error: unknown) => ctx.log.warn({ error }, 'It could not be stored what a provider said'));
  // an answer that comes later is for the next request
  return orMeanwhile(asked, session, WAIT_MS);
}

async function askProvider(
  { ctx }: Site,
  provider: Provider,
  hash: string,
  session: Session,
): Promise<Session | undefined> {
  try {
    const now = await provider.refresh(session.state ?? '');
    if (now !== undefined && userId(now.person.name) === session.personId) {
      await ctx.sessions.renew(hash, now);
      return { ...session, person: now.person };
    }
  } catch (error) {
    ctx.log.warn({ error, provider: provider.name }, 'The provider did not say who the person of a session is now');
    return session;
  }
  await ctx.sessions.end(hash);
  ctx.log.info({ person: session.personId, provider: provider.name }, 'The provider has ended a session');
  return undefined;
}
