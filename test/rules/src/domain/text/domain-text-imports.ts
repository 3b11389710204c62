// Breaks the rule domain-text-imports on purpose.
import '../report/row.ts';
