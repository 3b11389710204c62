/** What the settings say about the audit. */
import { needsSignIn, type AuthenticationSettings } from '../domain/access/authentication.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import type { Settings } from './setting.ts';

export interface AuditSettings {
  readonly isOn: boolean;
  /** How long entries are kept. */
  readonly keptMs: number;
}

export function auditOf(settings: Settings, authentication: AuthenticationSettings): AuditSettings {
  return {
    isOn: settings.audit === 'on' || (settings.audit === 'auto' && needsSignIn(authentication)),
    keptMs: settings.audit_days * DAY_MS,
  };
}
