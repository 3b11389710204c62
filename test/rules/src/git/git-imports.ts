// Breaks the rule git-imports on purpose.
import '../kernel/wire.ts';
