// Breaks the rule config-imports on purpose.
import '../store/row.ts';
