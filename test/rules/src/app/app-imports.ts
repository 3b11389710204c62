// Breaks the rule app-imports on purpose.
import '../store/row.ts';
