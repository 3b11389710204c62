// Breaks the rule page-imports on purpose.
import '../http/route.ts';
