// Breaks the rule domain-connection-imports on purpose.
import '../report/row.ts';
