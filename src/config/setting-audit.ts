/** The settings of the audit: who did what, when, from where. */
import Type from 'typebox';
import { whole } from './setting-kind.ts';

export const AUDIT_SETTINGS = {
  audit: Type.String({
    default: 'auto',
    pattern: '^(auto|on|off)$',
    description: 'whether it is recorded who does what; auto: where people sign in',
    expected: '"auto", "on" or "off"',
  }),
  audit_days: whole(
    365,
    { minimum: 1, maximum: 36_500 },
    'days for which the entries of the audit are kept, up to five million entries',
  ),
  audit_log: Type.String({
    default: '',
    pattern:
      '^(|log|file:.+|syslog:(tcp|tls)://(\\[[\\da-f:.]+\\]|[a-z\\d.-]+)(:[1-9]\\d{0,3}|:[1-5]\\d{4}|:6[0-4]\\d{3}|:65[0-4]\\d\\d|:655[0-2]\\d|:6553[0-5])?)$',
    description:
      'where entries of the audit are copied as JSON lines: log (the server’s own), file: and a path, or syslog: and a server; default: nowhere',
    expected:
      '"log", "file:" and a path such as "file:/var/log/script-runner/audit.jsonl", or "syslog:tls://" or "syslog:tcp://" and a server such as "syslog:tls://logs.example.org:6514"',
  }),
};
