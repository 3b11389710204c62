/**
 * `node queue-worker.ts NAME ADDRESS`: takes runs three at a time and ends them, until none waits; writes a line for
 * each that it has taken.
 */
import { randomBytes } from 'node:crypto';
import { openPostgres } from '../../src/store/engine/postgres.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import { createRunStore } from '../../src/store/run/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import type { Claim } from '../../src/domain/run/run-store.ts';

const AT_ONCE = 3;
const [name = '', url = ''] = process.argv.slice(2);
const store = await createRunStore({
  engine: openPostgres({ url }),
  secrets: createSecretBox(randomBytes(32)),
  notifier: createNotifier(),
  retainMs: Infinity,
});
await store.renewLease(name, 600_000);
for (;;) {
  const claims: Claim[] = [];
  while (claims.length < AT_ONCE) {
    const claim = await store.claim(name, Date.now());
    if (claim === undefined) break;
    process.stdout.write(`${claim.run.id} ${claim.attempt}\n`);
    claims.push(claim);
  }
  if (claims.length === 0) break;
  for (const { run, attempt } of claims)
    await store.append(run.id, attempt, [{ type: 'run-finished', outcome: { type: 'succeeded' } }], Date.now());
}
await store.close();
