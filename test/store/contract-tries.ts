/** The contract of whatever counts tries of the password. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasswordTries, Trier } from '../../src/domain/access/password-tries.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';
import { countTries, forgetTries } from '../../src/store/password-tries.ts';

const A: Trier = ['stranger', 'a'];

/** `open`: counts nothing yet. */
export function testTries(name: string, open: () => PasswordTries): void {
  describe(`tries of the password: ${name}`, () => {
    it('are bounded for one, and for all of a kind together', async () => {
      const tries = open();
      const took: (number | undefined)[] = [];
      for (let count = 0; count < 6; count += 1) took.push(await tries.take(A, 1000));
      expect(took).toEqual([undefined, undefined, undefined, undefined, undefined, 900]);
      for (let address = 0; address < 95; address += 1)
        expect(await tries.take(['stranger', `b${address}`], 2100)).toBeUndefined();
      expect(await tries.take(['stranger', 'c'], 3200)).toBe(898);
      // a browser that has signed in before is not locked out by strangers
      expect(await tries.take(['device', 'a'], 3200)).toBeUndefined();
      expect(await tries.take(A, 901_000)).toBeUndefined();
    });

    it('that were right do not count', async () => {
      const tries = open();
      for (let round = 0; round < 20; round += 1) {
        expect(await tries.take(A, 1000)).toBeUndefined();
        await tries.forgive(A);
      }
    });

    it('that were wrong count no more against one who then knew it, but against all', async () => {
      const tries = open();
      for (let count = 0; count < 5; count += 1) await tries.take(A, 1000);
      await tries.forgive(A);
      for (let address = 0; address < 96; address += 1)
        expect(await tries.take(['stranger', `b${address}`], 1000)).toBeUndefined();
      expect(await tries.take(A, 1000)).toBe(900);
    });

    it('count again from the beginning when the clock was set back', async () => {
      const tries = open();
      for (let count = 0; count < 5; count += 1) await tries.take(A, 10_000_000);
      expect(await tries.take(A, 1000)).toBeUndefined();
    });
  });
}

/** `open`: a new, empty database. */
export function testPasswordTries(name: string, open: () => Promise<Engine>): void {
  describe(`in the database: ${name}`, () => {
    let engine: Engine;
    beforeEach(async () => {
      engine = await open();
      await migrate(engine);
    });
    afterEach(() => engine.close());
    testTries(name, () => countTries(engine));

    it('are removed when they no longer count', async () => {
      const tries = countTries(engine);
      await tries.take(A, 1000);
      await tries.take(A, 500_000);
      await forgetTries(engine.db, 901_000);
      const left = await engine.db.selectFrom('password_tries').select(['kind', 'who', 'at_ms']).execute();
      expect(left).toEqual([{ kind: 'stranger', who: 'a', at_ms: 500_000 }]);
    });
  });
}
