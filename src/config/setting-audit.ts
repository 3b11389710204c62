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
};
