// Breaks the rule web-is-for-browsers on purpose.
import 'node:fs';
