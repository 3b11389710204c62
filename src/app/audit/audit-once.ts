/** Records what programs and people repeat: once an hour for the same, in each process. */
import { LRUCache } from 'lru-cache';
import type { Actor } from '../../domain/access/access.ts';
import type { Audit, AuditEvent } from '../../domain/audit.ts';
import { HOUR_MS } from '../../domain/milliseconds.ts';
import type { AppContext } from '../context.ts';

/** What is remembered; beyond it, the oldest would be recorded again. */
const MOST_KNOWN = 10_000;
const known = new WeakMap<Audit, LRUCache<string, true>>();

/**
 * Settles when the event is stored. Never rejects: the log says what could not be recorded. `about`: what is repeated.
 * `mayBe`: asked about what is not a repetition; false: it is neither recorded nor remembered.
 */
export async function recordOnce(
  { audit, log }: Pick<AppContext, 'audit' | 'log'>,
  actor: Actor,
  event: AuditEvent,
  { about, mayBe = () => true }: { readonly about: string; readonly mayBe?: () => boolean },
): Promise<void> {
  if (audit === undefined) return;
  const [recorded, key] = [memoryOf(audit), keyOf(actor, event, about)];
  if (recorded.has(key) || !mayBe()) return;
  recorded.set(key, true);
  await audit.record(actor, event).catch((error: unknown) => {
    recorded.delete(key);
    log.error({ error, action: event.action, by: actor.id }, 'This could not be recorded in the audit');
  });
}

function memoryOf(audit: Audit): LRUCache<string, true> {
  const recorded = known.get(audit) ?? new LRUCache<string, true>({ max: MOST_KNOWN, ttl: HOUR_MS });
  known.set(audit, recorded);
  return recorded;
}

function keyOf(actor: Actor, event: AuditEvent, about: string): string {
  return JSON.stringify([event.action, actor.id, actor.origin?.address, about]);
}
