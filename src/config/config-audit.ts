/** What the settings say about the audit. */
import { resolve } from 'node:path';
import { needsSignIn, type AuthenticationSettings } from '../domain/access/authentication.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import type { Settings } from './setting.ts';

export interface AuditSettings {
  readonly isOn: boolean;
  /** How long entries are kept. */
  readonly keptMs: number;
  /** Where entries are copied: `log`, or the absolute path of a file; undefined: nowhere. */
  readonly copy: 'log' | { readonly file: string } | undefined;
}

export function auditOf(settings: Settings, authentication: AuthenticationSettings, folder: string): AuditSettings {
  const { audit_log: copy } = settings;
  return {
    isOn: settings.audit === 'on' || (settings.audit === 'auto' && needsSignIn(authentication)),
    keptMs: settings.audit_days * DAY_MS,
    copy: copy === '' ? undefined : copy === 'log' ? copy : { file: resolve(folder, copy.slice('file:'.length)) },
  };
}
