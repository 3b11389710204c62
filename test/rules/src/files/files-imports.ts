// Breaks the rule files-imports on purpose.
import '../kernel/wire.ts';
