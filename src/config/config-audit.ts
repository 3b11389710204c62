/** What the settings say about the audit. */
import { resolve } from 'node:path';
import { needsSignIn, type AuthenticationSettings } from '../domain/access/authentication.ts';
import { readSyslogAddress, type SyslogAddress } from '../domain/syslog.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import type { Settings } from './setting.ts';

export interface AuditSettings {
  readonly isOn: boolean;
  /** How long entries are kept. */
  readonly keptMs: number;
  /** Where entries are copied: `log`, the absolute path of a file, or a syslog server; undefined: nowhere. */
  readonly copy: 'log' | { readonly file: string } | { readonly syslog: SyslogAddress } | undefined;
}

export function auditOf(settings: Settings, authentication: AuthenticationSettings, folder: string): AuditSettings {
  const { audit_log: copy } = settings;
  return {
    isOn: settings.audit === 'on' || (settings.audit === 'auto' && needsSignIn(authentication)),
    keptMs: settings.audit_days * DAY_MS,
    copy: copyOf(copy, folder),
  };
}

function copyOf(text: string, folder: string): AuditSettings['copy'] {
  if (text === '' || text === 'log') return text === '' ? undefined : text;
  const syslog = text.startsWith('syslog:') ? readSyslogAddress(text.slice('syslog:'.length)) : undefined;
  return syslog === undefined ? { file: resolve(folder, text.slice('file:'.length)) } : { syslog };
}
