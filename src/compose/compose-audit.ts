/** The audit: where it is recorded, and for how long. */
import { createAudit } from '../app/audit.ts';
import type { AppContext } from '../app/context.ts';
import type { AuditSettings } from '../config/config-audit.ts';
import type { OpenStore } from '../store/open.ts';

export function auditPorts(
  { auditStore }: Pick<OpenStore, 'auditStore'>,
  { isOn, keptMs }: AuditSettings,
): Pick<AppContext, 'audit' | 'auditStore' | 'auditKeptMs'> {
  const ports = { auditStore, auditKeptMs: keptMs };
  return isOn ? { ...ports, audit: createAudit(auditStore, Date.now) } : ports;
}
