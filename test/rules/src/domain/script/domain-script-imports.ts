// Breaks the rule domain-script-imports on purpose.
import '../report/row.ts';
