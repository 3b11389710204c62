// Breaks the rule render-imports on purpose.
import '../store/row.ts';
