// Breaks the rule worker-imports on purpose.
import '../store/row.ts';
