// Breaks the rule domain-is-alone on purpose.
import 'node:fs';
