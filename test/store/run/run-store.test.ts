import { randomBytes } from 'node:crypto';
import { openSqlite } from '../../../src/store/engine/sqlite.ts';
import { createRunStore } from '../../../src/store/run/run-store.ts';
import { createSecretBox } from '../../../src/store/secret.ts';
import { createNotifier } from '../../../src/store/notifier.ts';
import { testClaims } from '../contract-claim.ts';
import { testPresets } from '../contract-preset.ts';
import { testQuestions } from '../contract-question.ts';
import { testAccounts } from '../contract-account.ts';
import { testSessions } from '../contract-session.ts';
import { testRollbacks } from '../contract-rollback.ts';
import { testAudit } from '../contract-audit.ts';
import { testTokens } from '../contract-token.ts';
import { testPasswordTries } from '../contract-tries.ts';
import { testHoldings } from '../contract-holding.ts';
import { testList } from '../contract-list.ts';
import { testRetry } from '../contract-retry.ts';
import { testRunStore } from '../contract.ts';

testRunStore('SQLite', () =>
  createRunStore({
    engine: openSqlite(':memory:'),
    secrets: createSecretBox(randomBytes(32)),
    notifier: createNotifier(),
    retainMs: 10_000,
  }),
);

testClaims('SQLite', async () => openSqlite(':memory:'));
testPasswordTries('SQLite', async () => openSqlite(':memory:'));
testHoldings('SQLite', async () => openSqlite(':memory:'));
testPresets('SQLite', async () => openSqlite(':memory:'));
testRollbacks('SQLite', async () => openSqlite(':memory:'));
testAudit('SQLite', async () => [openSqlite(':memory:')]);
testTokens('SQLite', async () => openSqlite(':memory:'));
testSessions('SQLite', async () => openSqlite(':memory:'));
testAccounts('SQLite', async () => openSqlite(':memory:'));
testQuestions('SQLite', async () => openSqlite(':memory:'));
testList('SQLite', async () => openSqlite(':memory:'));
testRetry('SQLite', async () => openSqlite(':memory:'));
