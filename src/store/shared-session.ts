/** The sessions that were signed out, in a database that several processes share: each has them in memory. */
import { createEndedSessions, type EndedSessions, type Session } from '../domain/session.ts';
import type { EndedSessionOptions } from './ended-session.ts';
import type { Engine } from './engine/engine.ts';
import type { Notifier } from './notifier.ts';

const TOPIC = 'sessions';
/** With more, the oldest sessions end for everybody. */
const MOST_ENDED = 10_000;

/** Settles when all have been read. A sign-out counts at once here, and elsewhere when it is stored. */
export async function openSharedSessions(
  { engine, notifier }: { readonly engine: Engine; readonly notifier: Notifier },
  { nowMs, onProblem }: EndedSessionOptions,
): Promise<EndedSessions> {
  let known = createEndedSessions();
  async function load(): Promise<void> {
    const rows = await engine.db
      .selectFrom('ended_sessions')
      .selectAll()
      .orderBy('begun_ms', 'desc')
      .limit(MOST_ENDED + 1)
      .execute();
    const ended = rows.map(({ id, begun_ms, until_ms }): Session => ({ id, begunMs: begun_ms, untilMs: until_ms }));
    const allUntilMs = ended[MOST_ENDED]?.begunMs ?? -Infinity;
    known = createEndedSessions({ ended: ended.slice(0, MOST_ENDED).reverse(), allUntilMs });
  }
  async function store({ id, begunMs, untilMs }: Session, atMs: number): Promise<void> {
    await engine.transaction(async (db) => {
      await db.deleteFrom('ended_sessions').where('until_ms', '<=', atMs).execute();
      const row = { id, begun_ms: begunMs, until_ms: untilMs };
      await db
        .insertInto('ended_sessions')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    });
    notifier.notify(TOPIC);
  }
  await engine.db.deleteFrom('ended_sessions').where('until_ms', '<=', nowMs).execute();
  await load();
  notifier.listen(TOPIC, () => void load().catch(onProblem));
  return {
    has: (session) => known.has(session),
    end(session, atMs) {
      if (known.has(session)) return;
      known.end(session, atMs);
      void store(session, atMs).catch(onProblem);
    },
  };
}
