/** Sessions that were ended before their time was over: by signing out, wherever their cookie was copied to. */

export interface Session {
  /** Random. */
  readonly id: string;
  readonly begunMs: number;
  /** From then on it is over by itself. */
  readonly untilMs: number;
}

/** What is kept of ended sessions. */
export interface EndedSessionState {
  /** The oldest beginning first. */
  readonly ended: readonly Session[];
  /** Every session that began until then counts as ended. */
  readonly allUntilMs: number;
}

export interface EndedSessions {
  has(session: Session): boolean;
  end(session: Session, nowMs: number): void;
}

export const NONE_ENDED: EndedSessionState = { ended: [], allUntilMs: -Infinity };
/** A week of sign-outs of a large company; with more, the oldest sessions end for all. */
const MOST_ENDED = 10_000;

/** `save` is given what is to be kept, each time that it changes. */
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

/** Never forgets one that could still be used: what the bound leaves no room for ends all that are as old. */
function withEnded({ ended, allUntilMs }: EndedSessionState, session: Session, nowMs: number): EndedSessionState {
  const all = [...ended.filter(({ untilMs }) => untilMs > nowMs), session].sort((a, b) => a.begunMs - b.begunMs);
  const dropped = all.slice(0, -MOST_ENDED).at(-1);
  const until = Math.max(allUntilMs, dropped?.begunMs ?? -Infinity);
  return { ended: all.filter(({ begunMs }) => begunMs > until), allUntilMs: until };
}
