// Breaks the rule sign-in-imports on purpose.
import '../kernel/wire.ts';
