/** The tables about people, as Kysely sees them; see `schema`. `person_id`: the id of an actor. */

/** Who has signed in with a name, as known at the last time. */
export interface PeopleTable {
  id: string;
  /** Of `domain/access/right`, as JSON. */
  person: string;
  provider: string;
  seen_at_ms: number;
  /** By which the provider finds the person; null: it cannot. */
  lookup: string | null;
}

/** People whose passwords this server itself keeps. */
export interface AccountTable {
  /** In small letters. */
  name: string;
  person: string;
  /** As `password_hash` of the settings; null until the invitation has been accepted. */
  password_hash: string | null;
  /** Hash of the secret of an open invitation or reset. */
  invitation: string | null;
  invited_until_ms: number | null;
  created_at_ms: number;
  disabled_at_ms: number | null;
  /** The secret, encrypted; null: there is none. */
  second_factor: string | null;
  second_factor_step: number | null;
  /** Hashes of the recovery codes, as JSON. */
  recovery: string | null;
}

/** See `domain/access/session`. */
export interface SessionTable {
  /** Of the value of the cookie. */
  hash: string;
  /** By which its owner names it to end it. */
  id: string;
  kind: string;
  person_id: string | null;
  person: string | null;
  provider: string;
  /** By which the provider names it, for logging out from there. */
  provider_session: string | null;
  /** By which the provider names the person. */
  provider_subject: string | null;
  /** Tokens of the provider, encrypted. */
  provider_state: string | null;
  /** When the provider is asked again; null: never. */
  refresh_at_ms: number | null;
  basis: string;
  begun_at_ms: number;
  seen_at_ms: number;
  until_ms: number;
  address: string;
  browser: string;
}

/** Tokens of people for their programs; see `domain/access/token`. */
export interface TokenTable {
  id: string;
  /** Of the token itself, which is stored nowhere. */
  hash: string;
  person_id: string;
  name: string;
  scope: string;
  /** As JSON. */
  places: string;
  created_at_ms: number;
  until_ms: number;
  used_at_ms: number | null;
  revoked_at_ms: number | null;
}

/** Reports that were handed to people and groups. */
export interface ShareTable {
  run_number: number;
  /** As in the setting `access`: groups begin with `@`. */
  grantee: string;
  given_by: string;
  given_at_ms: number;
}

/** Signed links to reports. */
export interface LinkTable {
  id: string;
  run_number: number;
  allows: string;
  preview: number;
  note: string;
  made_by: string;
  made_at_ms: number;
  until_ms: number;
  used_at_ms: number | null;
  uses: number;
  revoked_at_ms: number | null;
}

/** See `domain/access/script-rule`. */
export interface ScriptRuleTable {
  script: string;
  text: string;
  file: string;
  /** 1: the file does not say it any more. */
  is_gone: number;
}

/** What people did, each row chained to the one before by its hash; see `audit-chain`. */
export interface AuditTable {
  /** Without gaps. */
  number: number;
  at_ms: number;
  action: string;
  actor: string;
  script: string | null;
  run: string | null;
  address: string | null;
  /** The canonical text; the columns above repeat what is searched. */
  body: string;
  hash: string;
}
