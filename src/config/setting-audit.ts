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
    pattern: '^(|log|file:.+)$',
    description:
      'where entries of the audit are copied as JSON lines: log (the server’s own), or file: and a path; default: nowhere',
    expected: '"log", or "file:" and a path such as "file:/var/log/script-runner/audit.jsonl"',
  }),
};
