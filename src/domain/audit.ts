/** The audit: who did what, when, from where, and with which values. Entries are only added; hashes chain them. */
import type { Actor } from './access/access.ts';
import { defined } from './defined.ts';
import type { Json, JsonObject } from './text/json.ts';

/** Stored: names are added, never changed. */
export const AUDIT_ACTIONS = [
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'sessions-ended',
  'account-changed',
  'ran',
  'saw',
  'downloaded',
  'cancelled',
  'kept',
  'unkept',
  'deleted',
  'shared',
  'unshared',
  'link-made',
  'link-used',
  'link-revoked',
  'token-made',
  'token-revoked',
  'token-used',
  'preset-shared',
  'preset-renamed',
  'preset-deleted',
  'preset-restored',
  'quota-refused',
  'refused',
  'packages-retried',
  'rolled-back',
  'rollback-undone',
  'rights-changed',
  'script-rule-changed',
  'script-file-changed',
  'cleaned-up',
  'audit-shortened',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What somebody did. */
export interface AuditEvent {
  readonly action: AuditAction;
  readonly script?: string;
  /** Id of the run. */
  readonly run?: string;
  /** Values of a run, masked. */
  readonly values?: JsonObject;
  /** Whatever else tells what happened; never secrets. */
  readonly details?: JsonObject;
}

/** As it is stored, without its place in the chain. */
export interface AuditRecord extends AuditEvent {
  readonly atMs: number;
  /** Id of the actor. */
  readonly actor: string;
  /** As people write it. */
  readonly name?: string;
  /** How the actor showed who it is. */
  readonly way?: string;
  /** Network address. */
  readonly address?: string;
}

export interface AuditEntry extends AuditRecord {
  /** From 1, without gaps. */
  readonly number: number;
  /** The canonical text of the entry, which its hash covers. */
  readonly body: string;
  /** SHA-256 in hexadecimal digits of the hash before, a line feed and `body`; see `audit-chain` in the store. */
  readonly hash: string;
  /** What is stored beside the canonical text contradicts it. */
  readonly isAltered?: boolean;
}

export interface AuditQuery {
  readonly actor?: string;
  readonly action?: AuditAction;
  readonly script?: string;
  readonly run?: string;
  /** Network address. */
  readonly address?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Only entries with smaller numbers. */
  readonly before?: number;
  readonly limit: number;
}

/** What use cases are given (port). */
export interface Audit {
  /** The entry is stored when it settles. Throws `unavailable` when the disk is full, or too much waits for it. */
  record(actor: Actor, event: AuditEvent): Promise<void>;
}

/** The stored entries (port). */
export interface AuditStore {
  /** Durable when it settles; entries that are added at the same time share a transaction. */
  add(record: AuditRecord): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<readonly AuditEntry[]>;
  /** Oldest first, after this number. */
  read(afterNumber: number, limit: number): Promise<readonly AuditEntry[]>;
  /** The numbers of the oldest and the newest entry; undefined: there is none. */
  bounds(): Promise<{ readonly first: number; readonly last: number } | undefined>;
  /** As the chain has it: of the hash before and the canonical text. */
  hashOf(before: string, body: string): string;
  /**
   * Deletes the oldest entries: those from before this time, and those beyond `most`. An entry says until where, and
   * the hash of the last one that was deleted. Returns how many were deleted.
   */
  shorten(bounds: { readonly beforeMs: number; readonly most: number; readonly record: AuditRecord }): Promise<number>;
}

/** Limits of one entry: of a text, of a list, and of `values` and `details` as JSON. */
const TEXT_CHARS = 500;
const MOST_ITEMS = 50;
const JSON_CHARS = 8_000;
const MOST_DEPTH = 6;

export function auditRecord(
  actor: Pick<Actor, 'id' | 'person' | 'origin'>,
  event: AuditEvent,
  atMs: number,
): AuditRecord {
  const { name, shownName = name } = actor.person;
  const { way, address } = actor.origin ?? {};
  const { action, script, run, values, details } = event;
  return {
    atMs,
    action,
    actor: textOf(actor.id),
    ...defined({ name: shownName === actor.id ? undefined : shownName && textOf(shownName) }),
    ...defined({ way, address: address && textOf(address), script: script && textOf(script), run }),
    ...(values === undefined ? {} : { values: bounded(values) }),
    ...(details === undefined ? {} : { details: bounded(details) }),
  };
}

/** What JSON leaves as it is, and terminals and other readers of lines may obey. */
const OBEYED = /[\x7f-\x9f\u2028\u2029]/g;

/**
 * The canonical text: JSON without blanks, its keys in this order, absent ones left out, times in ISO 8601, all control
 * characters and line ends as escapes.
 */
export function auditBody(number: number, record: AuditRecord): string {
  const { atMs, action, actor, name, way, address, script, run, values, details } = record;
  const at = new Date(atMs).toISOString();
  const text = JSON.stringify({ number, at, action, actor, name, way, address, script, run, values, details });
  return text.replaceAll(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** One line of an export: the canonical text is between `"entry":` and the last brace. */
export function auditLine({ hash, body }: Pick<AuditEntry, 'hash' | 'body'>): string {
  return `{"hash":"${hash}","entry":${body}}`;
}

/** Without what the database cannot store as text. */
function textOf(text: string): string {
  return cut(text.replaceAll('\0', '').toWellFormed());
}

function cut(text: string): string {
  return text.length <= TEXT_CHARS ? text : `${text.slice(0, TEXT_CHARS).toWellFormed()}… (${text.length} characters)`;
}

/** Shortens long texts and lists; what is still too long is replaced by its size. */
function bounded(value: JsonObject): JsonObject {
  const shortened = shorten(value, 0) as JsonObject;
  const { length } = JSON.stringify(shortened);
  if (length <= JSON_CHARS) return shortened;
  const kept: Record<string, Json> = {};
  let chars = 0;
  for (const [key, each] of Object.entries(shortened)) {
    const size = JSON.stringify(each).length + key.length;
    const isKept = chars + size <= JSON_CHARS;
    kept[key] = isKept ? each : `… (${size} characters)`;
    chars += isKept ? size : 0;
  }
  return kept;
}

function shorten(value: Json, depth: number): Json {
  if (typeof value === 'string') return cut(value);
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) return value;
  if (depth === MOST_DEPTH) return '…';
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).slice(0, MOST_ITEMS).map((item) => shorten(item, depth + 1));
    return value.length <= MOST_ITEMS ? items : [...items, `… (${value.length} items)`];
  }
  const entries = Object.entries(value as JsonObject);
  const kept = entries.slice(0, MOST_ITEMS).map(([key, item]) => [cut(key), shorten(item, depth + 1)] as const);
  return Object.fromEntries(entries.length <= MOST_ITEMS ? kept : [...kept, ['…', `${entries.length} names`] as const]);
}
