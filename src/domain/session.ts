/** Sessions that were ended before they expired, by signing out: also for every copy of their cookie. */

export interface Session {
  /** Random. */
  readonly id: string;
  readonly begunMs: number;
  /** From then on it has expired anyway. */
  readonly untilMs: number;
}

/** The stored data about ended sessions. */
export interface EndedSessionState {
  /** Sorted by their beginning, oldest first. */
  readonly ended: readonly Session[];
  /** Every session that began before then counts as ended. */
  readonly allUntilMs: number;
}

export interface EndedSessions {
  has(session: Session): boolean;
  end(session: Session, nowMs: number): void;
}

export const NONE_ENDED: EndedSessionState = { ended: [], allUntilMs: -Infinity };
/** A week of sign-outs of a large company; with more, the oldest sessions end for everybody. */
const MOST_ENDED = 10_000;

/** `save` is called with the data to store each time that it changes. */
export function createEndedSessions(
  start: EndedSessionState = NONE_ENDED,
  save: (state: EndedSessionState) => void = () => undefined,
): EndedSessions {
  let state = start;
  let ids = new Set(start.ended.map(({ id }) => id));
  const has = ({ id, begunMs }: Session) => begunMs <= state.allUntilMs || ids.has(id);
  return {
    has,
    end(session, nowMs) {
      if (has(session)) return;
      state = withEnded(state, session, nowMs);
      ids = new Set(state.ended.map(({ id }) => id));
      save(state);
    },
  };
}

/** Never forgets one that could still be used: if the limit is reached, all sessions that are as old end. */
function withEnded({ ended, allUntilMs }: EndedSessionState, session: Session, nowMs: number): EndedSessionState {
  const all = [...ended.filter(({ untilMs }) => untilMs > nowMs), session].sort((a, b) => a.begunMs - b.begunMs);
  const dropped = all.slice(0, -MOST_ENDED).at(-1);
  const until = Math.max(allUntilMs, dropped?.begunMs ?? -Infinity);
  return { ended: all.filter(({ begunMs }) => begunMs > until), allUntilMs: until };
}
