// Breaks the rule no-dev-packages on purpose.
import 'vitest';
