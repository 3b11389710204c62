// Breaks the rule language-imports on purpose.
import '../kernel/wire.ts';
