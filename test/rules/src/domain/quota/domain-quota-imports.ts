// Breaks the rule domain-quota-imports on purpose.
import '../report/row.ts';
