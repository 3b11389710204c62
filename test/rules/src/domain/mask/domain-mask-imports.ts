// Breaks the rule domain-mask-imports on purpose.
import '../report/row.ts';
