/** Which tables a move copies, in which order and by which key. Without an entry for each table, types do not match. */
import type { Tables } from '../schema.ts';

type Name = keyof Tables;
/** Columns of the key, by which rows are read and compared; or why the rows are not copied. */
type Plan = { readonly [N in Name]: readonly (keyof Tables[N] & string)[] | string };

const PLAN: Plan = {
  // before what refers to them
  runs: ['number'],
  events: ['run_number', 'seq'],
  run_blobs: ['run_number', 'hash'],
  blobs: ['hash'],
  bundles: ['hash'],
  bundle_blobs: ['bundle', 'hash'],
  lines: ['priority'],
  clearings: ['number'],
  clock: ['id'],
  password_tries: ['number'],
  presets: ['script', 'owner', 'name'],
  rollbacks: ['script'],
  people: ['id'],
  accounts: ['name'],
  sessions: ['hash'],
  tokens: ['id'],
  shares: ['run_number', 'grantee'],
  links: ['id'],
  audit: ['number'],
  script_rules: ['script'],
  choice_questions: 'nobody waits for their answers any more',
  published_commits: 'each process asks the repository when it starts',
  leases: 'of workers that no longer live',
  identity: 'the database moved to has an id of its own',
};

export interface MovedTable {
  readonly name: Name;
  readonly key: readonly string[];
}

/** In the order of copying. */
export const MOVED_TABLES: readonly MovedTable[] = Object.entries(PLAN).flatMap(([name, key]) =>
  typeof key === 'string' ? [] : [{ name: name as Name, key }],
);

/** All tables of the plan, also those that are not copied. */
export const PLANNED_TABLES: readonly string[] = Object.keys(PLAN);
