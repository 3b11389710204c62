// Breaks the rule domain-access-imports on purpose.
import '../report/row.ts';
