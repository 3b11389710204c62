/** Changes of what files say about scripts, in the audit. */
import { expect, it, onTestFinished } from 'vitest';
import { createAudit } from '../../src/app/audit/audit.ts';
import { createScriptFileNotes } from '../../src/app/audit/audit-script-file.ts';
import { createAuditStore } from '../../src/store/audit.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { migrate } from '../../src/store/migrate.ts';

const fail = () => {
  throw new Error('logged');
};
const script = (name: string, aliases: readonly string[] = [], requirements?: string) => ({
  name,
  state: 'ready' as const,
  aliases,
  ...(requirements === undefined
    ? {}
    : { environment: { kind: 'python' as const, file: 'requirements.txt', requirements } }),
});

it('are recorded once, by whichever process sees them, and not what is there at the start', async () => {
  const engine = openSqlite(':memory:');
  onTestFinished(() => engine.close());
  await migrate(engine);
  const auditStore = createAuditStore({ engine });
  const log = { info: fail, warn: fail, error: fail };
  const ctx = { audit: createAudit(auditStore, Date.now), auditStore, log, now: Date.now };
  const [one, other] = [createScriptFileNotes(ctx), createScriptFileNotes(ctx)];
  const recorded = async () =>
    (await auditStore.list({ action: 'script-file-changed', limit: 99 }))
      .toReversed()
      .map(({ way, script: of, details }) => [way, of, details]);
  const first = [script('a', ['old']), script('b', [], 'pandas'), script('c')];
  const second = [script('a', ['old', 'older']), script('b', [], 'pandas\nevil'), script('c')];
  for (const scripts of [first, first, second, second, [script('a', ['old', 'older'])]])
    for (const note of [one, other]) await note(scripts);
  const packages = { file: 'requirements.txt', sha256: expect.stringMatching(/^[\da-f]{64}$/) };
  expect(await recorded()).toEqual([
    ['file', 'a', { before: { aliases: ['old'] }, now: { aliases: ['old', 'older'] } }],
    ['file', 'b', { before: { packages }, now: { packages } }],
    ['file', 'b', { before: { packages }, now: {} }],
  ]);
  await one(Array.from({ length: 51 }, (_, at) => script(`s${at}`, ['x'])));
  expect((await recorded()).at(-1)).toEqual(['file', undefined, { count: 52 }]);
});
