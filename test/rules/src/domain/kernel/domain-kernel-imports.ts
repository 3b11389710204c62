// Breaks the rule domain-kernel-imports on purpose.
import '../report/row.ts';
