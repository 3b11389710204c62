// Breaks the rule render-does-no-io on purpose.
import 'node:fs';
