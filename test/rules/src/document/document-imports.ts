// Breaks the rule document-imports on purpose.
import '../kernel/wire.ts';
