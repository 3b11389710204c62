// Breaks the rule kernel-process-imports on purpose.
import '../snapshot/row.ts';
