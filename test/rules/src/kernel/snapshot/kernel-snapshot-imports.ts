// Breaks the rule kernel-snapshot-imports on purpose.
import '../wire.ts';
