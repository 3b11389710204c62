// Breaks the rule kernel-sandbox-imports on purpose.
import '../snapshot/row.ts';
