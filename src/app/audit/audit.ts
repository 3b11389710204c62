/** Records what people do, where the audit is on. */
import type { Actor } from '../../domain/access/access.ts';
import { auditRecord, type Audit, type AuditRecord, type AuditStore } from '../../domain/audit.ts';
import { createMask } from '../../domain/mask/mask.ts';
import type { ParameterValues } from '../../domain/parameter/parameter.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import type { AppContext } from '../context.ts';

export function createAudit(store: Pick<AuditStore, 'add'>, now: () => number): Audit {
  return { record: (actor, event) => store.add(auditRecord(actor, event, now())) };
}

export interface AuditedRun {
  readonly id: string;
  readonly script: string;
  /** As given, with masks in place of passwords. */
  readonly given: ParameterValues;
  readonly secrets: Readonly<Record<string, string>>;
  readonly trigger: string;
  readonly parent?: string;
}

/** Stored together with a new run; undefined: nothing is recorded. A password in another value is masked, too. */
export function runRecord(
  ctx: Pick<AppContext, 'audit' | 'now'>,
  actor: Actor,
  { id, script, given, secrets, trigger, parent }: AuditedRun,
): AuditRecord | undefined {
  if (ctx.audit === undefined) return undefined;
  const values = createMask(Object.values(secrets)).json(given as JsonObject);
  const details = { trigger, ...(parent === undefined ? {} : { parent }) };
  return auditRecord(actor, { action: 'ran', script, run: id, values, details }, ctx.now());
}
