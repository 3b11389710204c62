// Breaks the rule system-is-a-leaf on purpose.
import '../kernel/wire.ts';
