/** Tokens of people about whom nobody can be asked. */
import { expect, it, onTestFinished } from 'vitest';
import { createTokenPeople } from '../../src/app/token-person.ts';
import { createPersonNotes, findToken, makeToken } from '../../src/app/token.ts';
import { type Actor, VIEWER } from '../../src/domain/access/access.ts';
import { TOKEN_IDLE_MS } from '../../src/domain/access/token.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createTokenStore } from '../../src/store/token-store.ts';

const ANA: Actor = { ...VIEWER, id: 'ana', person: { name: 'ana', groups: ['staff'], isSignedIn: true } };
const fail = () => {
  throw new Error('logged');
};

it.each(['proxy', 'company'])('of a person who came by %s rest while the person stays away', async (way) => {
  const engine = openSqlite(':memory:');
  onTestFinished(() => engine.close());
  await migrate(engine);
  let nowMs = 1_000;
  const tokens = createTokenStore({ engine });
  const ctx = { tokens, now: () => nowMs, newId: () => 'id', log: { info: fail, warn: fail, error: fail } };
  const company = { type: 'redirect', name: 'company' } as Parameters<typeof createTokenPeople>[1][number];
  const personNow = createTokenPeople(ctx, [company], TOKEN_IDLE_MS);
  const note = createPersonNotes(ctx);
  const come = () => note({ ...ANA, origin: { way } });
  const { secret } = await makeToken(
    ctx,
    { ...ANA, origin: { way } },
    { name: 'nightly', scope: 'read', places: [], days: 365 },
  );
  const use = async () => personNow((await findToken(ctx, secret))!);
  come();
  nowMs += TOKEN_IDLE_MS;
  expect(await use()).toEqual({ person: ANA.person });
  nowMs += 1;
  const refusal = expect.stringContaining('has not been here for too long');
  expect([await use(), await use()]).toEqual([{ refusal }, { refusal }]);
  come();
  await expect.poll(use, { timeout: 30_000 }).toEqual({ person: ANA.person });
  expect(await tokens.list()).toMatchObject([{ provider: way, personSeenAtMs: nowMs }]);
});
