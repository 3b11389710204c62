// Breaks the rule http-imports on purpose.
import '../store/row.ts';
