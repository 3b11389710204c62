// Breaks the rule kernel-imports on purpose.
import '../store/row.ts';
