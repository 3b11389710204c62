/** Sessions, on every engine. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session, SessionStore } from '../../src/domain/access/session.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';
import { rememberSessions } from '../../src/store/session-memory.ts';
import { createSessionStore } from '../../src/store/session-store.ts';

export function session(id: string, personId?: string, changes: Partial<Session> = {}): Session {
  return {
    id,
    kind: 'person',
    ...(personId === undefined ? {} : { personId, person: { name: personId, groups: ['staff'], isSignedIn: true } }),
    provider: 'password',
    basis: 'basis',
    begunAtMs: 1000,
    seenAtMs: 1000,
    untilMs: 10_000,
    address: '192.0.2.1',
    browser: 'Firefox',
    ...changes,
  };
}

/** `open`: a new, empty database. */
export function testSessions(name: string, open: () => Promise<Engine>): void {
  describe(`sessions: ${name}`, () => {
    let engine: Engine;
    let store: SessionStore;
    beforeEach(async () => {
      engine = await open();
      await migrate(engine);
      store = createSessionStore({ engine }, { person: 2, nameless: 1 });
    });
    afterEach(() => engine.close());
    const ids = async (person: string) => (await store.list(person)).map(({ id }) => id);

    it('are found by the hash alone, as they were added', async () => {
      await store.add('1', session('a', 'ana'));
      await store.add('2', session('b'));
      expect(await store.find('1')).toEqual(session('a', 'ana'));
      expect(await store.find('2')).toEqual(session('b'));
      expect(await store.find('a')).toBeUndefined();
    });

    it('are seen later, never earlier', async () => {
      await store.add('1', session('a', 'ana'));
      await store.touch('1', 3000);
      await store.touch('1', 2000);
      await store.touch('none', 2000);
      expect((await store.find('1'))?.seenAtMs).toBe(3000);
    });

    it('make room: the least recently used of the same owner end', async () => {
      expect(await store.add('1', session('a', 'ana', { seenAtMs: 1500 }))).toBe(0);
      expect(await store.add('2', session('b', 'ana'))).toBe(0);
      expect(await store.add('3', session('c', 'bo'))).toBe(0);
      expect(await store.add('4', session('d', 'ana'))).toBe(1);
      expect(await ids('ana')).toEqual(['a', 'd']);
      expect([await store.add('5', session('e')), await store.add('6', session('f'))]).toEqual([0, 1]);
      expect([await store.find('5'), (await store.find('6'))?.id]).toEqual([undefined, 'f']);
      expect(await ids('bo')).toEqual(['c']);
    });

    it('are ended one by one, all but one, and all of a person, of nobody else', async () => {
      store = createSessionStore({ engine });
      for (const [hash, person] of ['ana', 'ana', 'ana', 'bo'].entries())
        await store.add(String(hash), session(`s${hash}`, person));
      expect([await store.endOf('ana', { id: 's3' }), await store.endOf('ana', { id: 's0' })]).toEqual([0, 1]);
      expect([await store.endOf('ana', { but: 's1' }), await ids('ana')]).toEqual([1, ['s1']]);
      expect([await store.endOf('ana'), await ids('ana'), await ids('bo')]).toEqual([1, [], ['s3']]);
      await store.end('3');
      expect(await ids('bo')).toEqual([]);
    });

    it('are counted by person, those that are over left out, and removed', async () => {
      store = createSessionStore({ engine });
      await store.add('1', session('a', 'ana', { seenAtMs: 2000 }));
      await store.add('2', session('b', 'ana', { seenAtMs: 3000 }));
      await store.add('3', session('c', 'bo', { seenAtMs: 4000 }));
      await store.add('4', session('d', 'cy', { untilMs: 5000, seenAtMs: 4000 }));
      await store.add('5', session('e'));
      expect(await store.people({ nowMs: 5000, sinceMs: 2500 }, 5)).toEqual([
        { personId: 'bo', sessions: 1, seenAtMs: 4000 },
        { personId: 'ana', sessions: 1, seenAtMs: 3000 },
      ]);
      expect(await store.people({ nowMs: 5000, sinceMs: 0 }, 1)).toHaveLength(1);
      await store.forget(5000);
      expect([await store.find('4'), (await store.find('3'))?.id]).toEqual([undefined, 'c']);
    });

    it('of a provider are asked about once when due, renewed, and ended by it', async () => {
      store = createSessionStore({ engine });
      const given = { subject: 'sub', providerSession: 'sid', state: 'sealed', refreshAtMs: 2000 };
      await store.add('1', session('a', 'ana', { ...given, provider: 'company' }));
      await store.add('2', session('b', 'ana', { ...given, provider: 'company', providerSession: 'sid2' }));
      await store.add('3', session('c', 'ana', { ...given, provider: 'other' }));
      expect(await store.find('1')).toMatchObject(given);
      const claim = (nowMs: number) => store.claimRefresh('1', { nowMs, againAtMs: nowMs + 100 });
      expect([await claim(1999), await claim(2000), await claim(2000), await claim(2100)]).toEqual([
        false,
        true,
        false,
        true,
      ]);
      await store.makeDue('company', 'somebody');
      expect(await claim(2050)).toBe(false);
      await store.makeDue('company', 'sub');
      expect([await claim(2050), (await store.find('3'))?.refreshAtMs]).toEqual([true, 2000]);
      const person = { name: 'ana', groups: ['board'], isSignedIn: true };
      await store.renew('1', { person, state: 'next', refreshAtMs: 9000 });
      expect(await store.find('1')).toMatchObject({ person, state: 'next', refreshAtMs: 9000, subject: 'sub' });
      expect(await store.endByProvider('company', { session: 'sid', subject: 'other' })).toBe(0);
      expect(await store.endByProvider('company', { session: 'sid' })).toBe(1);
      expect(await store.endByProvider('company', { subject: 'sub' })).toBe(1);
      expect(await ids('ana')).toEqual(['c']);
      const [known] = await engine.db.selectFrom('people').selectAll().execute();
      expect(known).toMatchObject({ id: 'ana', provider: 'other', seen_at_ms: 1000 });
    });

    it('that another process ends are remembered for less than a second, its own not at all', async () => {
      let nowMs = 0;
      const remembered = rememberSessions(store, () => nowMs);
      await remembered.add('1', session('a', 'ana'));
      expect(await remembered.find('1')).toBeDefined();
      await store.end('1');
      nowMs = 999;
      expect(await remembered.find('1')).toBeDefined();
      nowMs = 1000;
      expect(await remembered.find('1')).toBeUndefined();
      await remembered.add('1', session('a', 'ana'));
      expect(await remembered.find('1')).toBeDefined();
      await remembered.endOf('ana');
      expect(await remembered.find('1')).toBeUndefined();
    });
  });
}
