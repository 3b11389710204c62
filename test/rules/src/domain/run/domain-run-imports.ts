// Breaks the rule domain-run-imports on purpose.
import '../report/row.ts';
