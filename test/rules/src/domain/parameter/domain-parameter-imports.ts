// Breaks the rule domain-parameter-imports on purpose.
import '../report/row.ts';
