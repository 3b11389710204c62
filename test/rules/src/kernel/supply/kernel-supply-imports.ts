// Breaks the rule kernel-supply-imports on purpose.
import '../snapshot/row.ts';
