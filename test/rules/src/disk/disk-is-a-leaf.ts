// Breaks the rule disk-is-a-leaf on purpose.
import '../kernel/wire.ts';
