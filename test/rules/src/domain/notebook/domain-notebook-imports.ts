// Breaks the rule domain-notebook-imports on purpose.
import '../report/row.ts';
