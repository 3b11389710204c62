// Breaks the rule store-imports on purpose.
import '../kernel/wire.ts';
