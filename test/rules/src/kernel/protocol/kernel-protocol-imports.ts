// Breaks the rule kernel-protocol-imports on purpose.
import '../snapshot/row.ts';
