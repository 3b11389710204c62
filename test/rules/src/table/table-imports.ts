// Breaks the rule table-imports on purpose.
import '../kernel/wire.ts';
