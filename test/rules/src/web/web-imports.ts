// Breaks the rule web-imports on purpose.
import '../http/route.ts';
