/**
 * People who sign in, what they hand to others, and what they did: sessions, accounts, tokens, shared reports, links,
 * the audit; for whom a run was made; which rules scripts carry; and which commit of a repository is published.
 */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await createPeople(db);
  await createTokens(db);
  await createSharing(db);
  await createAudit(db);
  await db.schema
    .createTable('published_commits')
    .addColumn('source', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('script_rules')
    .addColumn('script', 'text', (column) => column.primaryKey())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('file', 'text', (column) => column.notNull())
    .execute();
  await db.schema.alterTable('runs').addColumn('person', 'text').execute();
  // quotas: what one person has requested in a day, and all people
  const counted = ['script', 'started_at_ms', 'ended_at_ms'] as const;
  await db.schema
    .createIndex('runs_by_user_time')
    .on('runs')
    .columns(['submitted_by', 'created_at_ms', ...counted])
    .execute();
  await db.schema
    .createIndex('runs_by_day')
    .on('runs')
    .columns(['created_at_ms', ...counted])
    .execute();
}

/** Sessions are rows now: those that were signed out are no longer there. */
async function createPeople(db: Kysely<never>): Promise<void> {
  await db.schema.dropTable('ended_sessions').execute();
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('seen_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('accounts')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('invitation', 'text')
    .addColumn('invited_until_ms', 'bigint')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at_ms', 'bigint')
    .addColumn('second_factor', 'text')
    .addColumn('second_factor_step', 'bigint')
    .addColumn('recovery', 'text')
    .execute();
  await db.schema.createIndex('accounts_by_invitation').on('accounts').columns(['invitation']).execute();
  await db.schema
    .createTable('sessions')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text')
    .addColumn('person', 'text')
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('provider_session', 'text')
    .addColumn('provider_subject', 'text')
    .addColumn('provider_state', 'text')
    .addColumn('refresh_at_ms', 'bigint')
    .addColumn('basis', 'text', (column) => column.notNull())
    .addColumn('begun_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('seen_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('until_ms', 'bigint', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('browser', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sessions_by_person').on('sessions').columns(['person_id', 'seen_at_ms']).execute();
  await db.schema
    .createIndex('sessions_by_provider')
    .on('sessions')
    .columns(['provider', 'provider_session'])
    .execute();
  await db.schema.createIndex('sessions_by_subject').on('sessions').columns(['provider', 'provider_subject']).execute();
  await db.schema.createIndex('sessions_by_end').on('sessions').columns(['until_ms']).execute();
}

async function createTokens(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('tokens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('places', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('until_ms', 'bigint', (column) => column.notNull())
    .addColumn('used_at_ms', 'bigint')
    .addColumn('revoked_at_ms', 'bigint')
    .execute();
  await db.schema.createIndex('tokens_by_person').on('tokens').columns(['person_id', 'created_at_ms']).execute();
}

/** `grantee`: as in the setting `access`; groups begin with `@`. */
async function createSharing(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('shares')
    .addColumn('run_number', 'bigint', (column) => column.notNull())
    .addColumn('grantee', 'text', (column) => column.notNull())
    .addColumn('given_by', 'text', (column) => column.notNull())
    .addColumn('given_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('shares_key', ['run_number', 'grantee'])
    .execute();
  await db.schema.createIndex('shares_by_grantee').on('shares').columns(['grantee', 'run_number']).execute();
  await db.schema
    .createTable('links')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('run_number', 'bigint', (column) => column.notNull())
    .addColumn('allows', 'text', (column) => column.notNull())
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('until_ms', 'bigint', (column) => column.notNull())
    .addColumn('used_at_ms', 'bigint')
    .addColumn('uses', 'integer', (column) => column.notNull())
    .addColumn('revoked_at_ms', 'bigint')
    .execute();
  await db.schema.createIndex('links_by_run').on('links').columns(['run_number', 'made_at_ms']).execute();
}

async function createAudit(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('audit')
    // given by the chain: numbers of the engine have gaps
    .addColumn('number', 'bigint', (column) => column.primaryKey())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('script', 'text')
    .addColumn('run', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  for (const column of ['actor', 'script', 'run', 'action'])
    await db.schema.createIndex(`audit_by_${column}`).on('audit').columns([column, 'number']).execute();
  await db.schema.createIndex('audit_by_time').on('audit').columns(['at_ms']).execute();
}
