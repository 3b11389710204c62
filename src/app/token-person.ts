/** Who the person of a token is now: asked of the provider, where it can be asked without the person. */
import { userId } from '../domain/access/access.ts';
import { canBeAsked, OWN_PROVIDERS, type PasswordProvider, type Provider } from '../domain/access/provider.ts';
import type { Person } from '../domain/access/right.ts';
import { type FoundToken, isResting } from '../domain/access/token.ts';
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

/** As known now; or why the token does not count, as a sentence. */
export type TokenPerson = { readonly person: Person } | { readonly refusal: string };

const LEFT: TokenPerson = { refusal: 'The person of this token may no longer sign in.' };
const ABSENT: TokenPerson = {
  refusal: 'The person of this token has not been here for too long. It counts again when they have signed in.',
};

/**
 * As known at the last time where the provider cannot be asked, for `idleMs` after the person was here; and where it
 * does not answer.
 */
export function createTokenPeople(
  ctx: Context,
  providers: readonly Provider[],
  idleMs: number,
): (found: FoundToken) => Promise<TokenPerson> {
  const whilePresent = ({ person, seenAtMs }: FoundToken) =>
    isResting(seenAtMs, idleMs, ctx.now()) ? ABSENT : { person };
  const answers = new Map<string, { readonly asked: Promise<Answer>; readonly untilMs: number }>();
  return async (found) => {
    const {
      token: { personId },
      person,
      provider: name,
      lookup,
    } = found;
    const provider = providers.find((one) => one.name === name);
    // a table of the settings that is no longer there
    if (provider === undefined) return name === '' || OWN_PROVIDERS.includes(name) ? whilePresent(found) : LEFT;
    if (!canBeAsked(provider) || lookup === undefined) return whilePresent(found);
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
    const now = (await orMeanwhile(asked, { person, untilMs: nowMs }, WAIT_MS)).person;
    return now === undefined ? LEFT : { person: now };
  };
}

/** Never rejects. */
async function ask(
  { tokens, now, log }: Context,
  provider: PasswordProvider,
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
