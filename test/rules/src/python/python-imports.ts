// Breaks the rule python-imports on purpose.
import '../kernel/wire.ts';
