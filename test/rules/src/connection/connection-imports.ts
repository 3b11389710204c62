// Breaks the rule connection-imports on purpose.
import '../kernel/wire.ts';
