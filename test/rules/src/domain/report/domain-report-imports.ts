// Breaks the rule domain-report-imports on purpose.
import '../kernel/row.ts';
