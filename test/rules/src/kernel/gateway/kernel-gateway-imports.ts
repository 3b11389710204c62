// Breaks the rule kernel-gateway-imports on purpose.
import '../snapshot/row.ts';
