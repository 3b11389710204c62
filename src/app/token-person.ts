/** Who the person of a token is now: asked of the provider, where it can be asked without the person. */
import { userId } from '../domain/access/access.ts';
import { OWN_PROVIDERS, type Provider } from '../domain/access/provider.ts';
import type { Person } from '../domain/access/right.ts';
import type { FoundToken } from '../domain/access/token.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/milliseconds.ts';
import { orMeanwhile } from './answer-wait.ts';
import type { AppContext } from './context.ts';

type Context = Pick<AppContext, 'tokens' | 'now' | 'log'>;

/** When it is asked again if it did not answer. */
const AGAIN_MS = MINUTE_MS;
/** How long a request waits for the answer. */
const WAIT_MS = 2 * SECOND_MS;
/** People whose answers are remembered. */
const MOST_PEOPLE = 10_000;

interface Answer {
  readonly person: Person | undefined;
  readonly untilMs: number;
}

/**
 * Undefined: the person may no longer sign in. As known at the last time where the provider cannot be asked, or does
 * not answer.
 */
export function createTokenPeople(
  ctx: Context,
  providers: readonly Provider[],
): (found: FoundToken) => Promise<Person | undefined> {
  const answers = new Map<string, { readonly asked: Promise<Answer>; readonly untilMs: number }>();
  return async ({ token: { personId }, person, provider: name, lookup }) => {
    const provider = providers.find((one) => one.name === name);
    // a table of the settings that is no longer there
    if (provider === undefined) return name === '' || OWN_PROVIDERS.includes(name) ? person : undefined;
    if (provider.type !== 'password' || lookup === undefined) return person;
    const nowMs = ctx.now();
    const before = answers.get(personId);
    const isFresh = before !== undefined && before.untilMs > nowMs;
    const asked = isFresh ? before.asked : ask(ctx, provider, { personId, person, lookup });
    // accounts of this server are read each time: what the operator changes counts at once
    if (!isFresh && provider.own === undefined) {
      if (answers.size >= MOST_PEOPLE) answers.clear();
      answers.set(personId, { asked, untilMs: nowMs + AGAIN_MS });
      void asked.then(({ untilMs }) => answers.set(personId, { asked, untilMs }));
    }
    return (await orMeanwhile(asked, { person, untilMs: nowMs }, WAIT_MS)).person;
  };
}

/** Never rejects. */
async function ask(
  { tokens, now, log }: Context,
  provider: Extract<Provider, { type: 'password' }>,
  known: { readonly personId: string; readonly person: Person; readonly lookup: string },
): Promise<Answer> {
  const { personId } = known;
  try {
    const signIn = await provider.refresh(known.lookup);
    const isSame = signIn !== undefined && userId(signIn.person.name) === personId;
    const person = isSame ? signIn.person : undefined;
    if (person !== undefined && JSON.stringify(person) !== JSON.stringify(known.person))
      await tokens?.notePerson(personId, person, { provider: provider.name, nowMs: now(), isNew: false });
    return { person, untilMs: signIn?.refreshAtMs ?? now() + AGAIN_MS };
  } catch (error) {
    log.warn({ error, provider: provider.name }, 'The provider did not say who the person of a token is now');
    return { person: known.person, untilMs: now() + AGAIN_MS };
  }
}
