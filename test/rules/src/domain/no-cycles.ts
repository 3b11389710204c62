// Breaks the rule no-cycles on purpose.
import './other-half.ts';
