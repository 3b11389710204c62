// Breaks the rule domain-time-imports on purpose.
import '../report/row.ts';
