/** Tokens of people, on every engine. */
import { describe, expect, it } from 'vitest';
import { TOKEN_LIMITS, type Token } from '../../src/domain/access/token.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createSessionStore } from '../../src/store/session-store.ts';
import { createTokenStore } from '../../src/store/token-store.ts';
import { session } from './contract-session.ts';

const token = (id: string, changes: Partial<Token> = {}): Token => ({
  id,
  personId: 'ana',
  name: 'nightly',
  scope: 'run',
  places: ['finance'],
  createdAtMs: 10,
  untilMs: 1_000,
  ...changes,
});
const ANA = { name: 'ana', groups: ['finance'], isSignedIn: true };

export function testTokens(name: string, open: () => Promise<Engine>): void {
  describe(`tokens: ${name}`, () => {
    it('are found by their hash with their person, until they are revoked and forgotten', async () => {
      const engine = await open();
      await migrate(engine);
      const store = createTokenStore({ engine }, { ...TOKEN_LIMITS, ofPerson: 2, ofAll: 3 });
      const note = { provider: 'proxy', nowMs: 20 };
      await store.notePerson('eve', { groups: [], isSignedIn: true }, { ...note, isNew: false });
      await store.notePerson('ana', { ...ANA, groups: [] }, { ...note, isNew: true });
      await store.notePerson('bob', ANA, { ...note, isNew: true });
      await store.add('h1', token('1'));
      expect(await store.find('h1')).toEqual({
        token: token('1'),
        person: { ...ANA, groups: [] },
        provider: 'proxy',
        seenAtMs: 20,
      });
      await store.notePerson('ana', ANA, { ...note, nowMs: 30, isNew: false });
      await store.add('h2', token('2', { createdAtMs: 20 }));
      expect(await store.find('h2')).toMatchObject({ person: ANA, seenAtMs: 30 });
      expect(await store.list('ana')).toMatchObject([{ provider: 'proxy', personSeenAtMs: 30 }, {}]);
      await expect(store.add('h3', token('3'))).rejects.toMatchObject({ code: 'conflict' });
      await store.add('h4', token('4', { personId: 'bob', createdAtMs: 30 }));
      await expect(store.add('h5', token('5', { personId: 'bob' }))).rejects.toMatchObject({ code: 'unavailable' });
      expect([await store.list('ana'), await store.list()].map((all) => all.map(({ id }) => id))).toEqual([
        ['2', '1'],
        ['4', '2', '1'],
      ]);
      await store.touch('1', 40);
      expect(await store.revoke({ id: '1', personId: 'bob' }, 50)).toBeUndefined();
      expect(await store.revoke({ id: '1', personId: 'ana' }, 50)).toMatchObject({ id: '1', usedAtMs: 40 });
      expect(await store.revoke({ id: '1' }, 60)).toBeUndefined();
      expect((await store.find('h1'))?.token).toMatchObject({ revokedAtMs: 50 });
      await store.add('h3', token('3'));
      await store.forget(55);
      expect([await store.find('h1'), await store.find('none')]).toEqual([undefined, undefined]);
      // of those that were revoked, only as many are remembered
      await store.revoke({ id: '4' }, 60);
      for (const at of [5, 6, 7, 8]) {
        await store.add(`h${at}`, token(String(at), { personId: 'bob', createdAtMs: at }));
        await store.revoke({ id: String(at) }, 60 + at);
      }
      expect((await store.list('bob')).map(({ id }) => id)).toEqual(['8', '7', '6']);
      const sessions = createSessionStore({ engine });
      await sessions.add('s', session('s', 'ana', { provider: 'people', lookup: 'Ana' }));
      expect(await store.find('h3')).toMatchObject({ provider: 'people', lookup: 'Ana', person: { name: 'ana' } });
      await store.forget(2_000);
      expect(await store.list()).toEqual([]);
      // whoever is signed in may make a token again
      expect(await engine.db.selectFrom('people').select(['id', 'lookup']).execute()).toEqual([
        { id: 'ana', lookup: 'Ana' },
      ]);
      await sessions.end('s');
      await store.forget(2_000);
      expect(await engine.db.selectFrom('people').select('id').execute()).toEqual([]);
      await engine.close();
    });
  });
}
