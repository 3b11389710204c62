/** The contract of every database engine for storing bytes while another process deletes the same bytes. */
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blob, BlobStore } from '../../src/domain/run/blob.ts';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import { createClaims, guardDeletion } from '../../src/store/blob/blob-claim.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import { createRunStore } from '../../src/store/run/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { HASH, newRun } from './contract.ts';

const BLOB: Blob = { hash: HASH('a'), sizeBytes: 7 };

/** A point that one side reaches and the other one lets it pass. */
function createGate() {
  const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return {
    reached: reached.promise,
    open: opened.resolve,
    async pass() {
      reached.resolve();
      await opened.promise;
    },
  };
}

/** Only what the deletion of one blob needs: whether its bytes are there, which always seem old. */
function createBytes(beforeRemoval: () => Promise<void> = async () => undefined) {
  const bytes = new Set<string>();
  const store: Pick<BlobStore, 'delete'> = {
    async delete(hash) {
      if (!bytes.has(hash)) return 0;
      await beforeRemoval();
      return bytes.delete(hash) ? BLOB.sizeBytes : 0;
    },
  };
  return { bytes, store: store as BlobStore };
}

/** `open`: a new, empty database. */
export function testClaims(name: string, open: () => Promise<Engine>): void {
  describe(`storing and deleting the same bytes: ${name}`, () => {
    let engine: Engine;
    let runs: RunStore;
    beforeEach(async () => {
      engine = await open();
      const secrets = createSecretBox(randomBytes(32));
      runs = await createRunStore({ engine, secrets, notifier: createNotifier(), retainMs: 10_000 });
    });
    afterEach(() => runs.close());

    const rows = async () => (await engine.db.selectFrom('blobs').select('hash').execute()).length;
    const age = () => sql`update blobs set claimed_ms = claimed_ms - 3700000`.execute(engine.db);
    async function expireMarks() {
      await sql`update blobs set doomed_until_ms = doomed_until_ms - 3700000`.execute(engine.db);
      // really, a mark loses its force after minutes: the next one is never equal to it
      for (const ms = Date.now(); Date.now() < ms + 2;) await setImmediate();
    }

    it('stores them anew when they are being deleted', async () => {
      const removal = createGate();
      const waiting = createGate();
      const { bytes, store } = createBytes(removal.pass);
      bytes.add(BLOB.hash);
      const deleting = guardDeletion(store, engine).delete(BLOB.hash);
      await removal.reached;
      const putting = createClaims(engine, waiting.pass)(BLOB).then(() => bytes.add(BLOB.hash));
      await waiting.reached;
      removal.open();
      expect(await deleting).toBe(BLOB.sizeBytes);
      expect([bytes.size, await rows()]).toEqual([0, 0]);
      waiting.open();
      await putting;
      await runs.create(newRun('r'), 1000, 10);
      expect(await guardDeletion(store, engine).delete(BLOB.hash)).toBe(0);
      expect([...bytes]).toEqual([BLOB.hash]);
    });

    it('does not delete what somebody is about to store, until the claim is an hour old', async () => {
      const { bytes, store } = createBytes();
      bytes.add(BLOB.hash);
      const guarded = guardDeletion(store, engine);
      await createClaims(engine)(BLOB);
      expect(await guarded.delete(BLOB.hash)).toBe(0);
      await runs.forgetClaims();
      expect([await rows(), bytes.size]).toEqual([1, 1]);
      expect([(await runs.ownedBlobs('aa')).size, (await runs.holdings()).all.bytes]).toEqual([0, 0]);
      await age();
      expect(await guarded.delete(BLOB.hash)).toBe(BLOB.sizeBytes);
      expect([await rows(), bytes.size]).toEqual([0, 0]);
    });

    it('keeps a claim when the last report that needed the bytes is deleted meanwhile', async () => {
      const { bytes, store } = createBytes();
      bytes.add(BLOB.hash);
      await runs.create(newRun('r', { bundle: { ...BLOB, files: [] } }), 1000, 10);
      await runs.requestCancel('r', 'ana', 2000);
      await createClaims(engine)(BLOB);
      await runs.erase('r', 3000);
      await runs.releaseBundles(5000);
      expect((await runs.ownedBlobs('aa')).size).toBe(0);
      expect(await guardDeletion(store, engine).delete(BLOB.hash)).toBe(0);
      await runs.create(newRun('s'), 4000, 10);
      await age();
      expect(await guardDeletion(store, engine).delete(BLOB.hash)).toBe(0);
      expect([...bytes]).toEqual([BLOB.hash]);
    });

    it('stores them once the mark of a deletion that was broken off has lost its force', async () => {
      const failing = createBytes(() => Promise.reject(new Error('no answer')));
      failing.bytes.add(BLOB.hash);
      await expect(guardDeletion(failing.store, engine).delete(BLOB.hash)).rejects.toThrow('no answer');
      const waiting = createGate();
      let done = false;
      const putting = createClaims(
        engine,
        waiting.pass,
      )(BLOB).then(() => {
        done = true;
      });
      await waiting.reached;
      // nor does another deletion begin
      expect(await guardDeletion(failing.store, engine).delete(BLOB.hash)).toBe(0);
      await runs.forgetClaims();
      expect([done, await rows()]).toEqual([false, 1]);
      await expireMarks();
      waiting.open();
      await putting;
      expect(await guardDeletion(failing.store, engine).delete(BLOB.hash)).toBe(0);
    });

    it('leaves the row to a later deletion when its own mark has lost its force', async () => {
      const [first, second, waiting] = [createGate(), createGate(), createGate()];
      const stores = [first, second].map((gate) => createBytes(gate.pass));
      for (const { bytes } of stores) bytes.add(BLOB.hash);
      const [slow, later] = stores.map(({ store }) => guardDeletion(store, engine));
      const slowly = slow?.delete(BLOB.hash);
      await first.reached;
      await expireMarks();
      const anew = later?.delete(BLOB.hash);
      await second.reached;
      first.open();
      await slowly;
      const putting = createClaims(engine, waiting.pass)(BLOB);
      await waiting.reached;
      second.open();
      await anew;
      waiting.open();
      await putting;
      expect(await rows()).toBe(1);
    });

    it('deletes bytes that nobody ever claimed, and forgets claims of bytes that were never stored', async () => {
      const { bytes, store } = createBytes();
      bytes.add(BLOB.hash);
      expect(await guardDeletion(store, engine).delete(BLOB.hash)).toBe(BLOB.sizeBytes);
      await createClaims(engine)(BLOB);
      await age();
      await runs.forgetClaims();
      expect(await rows()).toBe(0);
    });
  });
}
