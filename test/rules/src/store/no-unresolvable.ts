// Breaks the rule no-unresolvable on purpose.
import './nothing.ts';
