// Breaks the rule domain-retention-imports on purpose.
import '../report/row.ts';
