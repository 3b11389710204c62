import { randomBytes } from 'node:crypto';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { createRunStore } from '../../src/store/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { createWake } from '../../src/store/wake.ts';
import { testRunStore } from './contract.ts';

testRunStore('SQLite', () =>
  createRunStore({
    engine: openSqlite(':memory:'),
    secrets: createSecretBox(randomBytes(32)),
    wake: createWake(),
    retainMs: 10_000,
  }),
);
