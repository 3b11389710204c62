import { describe, expect, it } from 'vitest';
import { createEndedSessions, NONE_ENDED, type EndedSessionState, type Session } from '../../src/domain/session.ts';

const session = (id: string, begunMs = 0, untilMs = 1000): Session => ({ id, begunMs, untilMs });

describe('ended sessions', () => {
  it('stay ended, and only they', () => {
    const sessions = createEndedSessions();
    sessions.end(session('a'), 1);
    expect([sessions.has(session('a')), sessions.has(session('b'))]).toEqual([true, false]);
  });

  it('are kept until they are over by themselves', () => {
    let saved: EndedSessionState = NONE_ENDED;
    const sessions = createEndedSessions(NONE_ENDED, (state) => {
      saved = state;
    });
    sessions.end(session('a', 0, 10), 1);
    sessions.end(session('b', 0, 20), 10);
    sessions.end(session('b', 0, 20), 10);
    expect(saved.ended).toEqual([session('b', 0, 20)]);
    expect(createEndedSessions(saved).has(session('b', 0, 20))).toBe(true);
  });

  it('are never forgotten for want of room: the oldest sessions end instead', () => {
    let saved: EndedSessionState = NONE_ENDED;
    const ended = Array.from({ length: 10_000 }, (_, index) => session(`s${index}`, index + 1, 1e6));
    const sessions = createEndedSessions({ ...NONE_ENDED, ended }, (state) => {
      saved = state;
    });
    expect(sessions.has(session('other', 1, 1e6))).toBe(false);
    sessions.end(session('new', 20_000, 1e6), 0);
    expect(saved.ended.length).toBe(10_000);
    expect([sessions.has(ended[0]!), sessions.has(session('other', 1, 1e6))]).toEqual([true, true]);
    expect([sessions.has(ended[1]!), sessions.has(session('other', 2, 1e6))]).toEqual([true, false]);
  });
});
