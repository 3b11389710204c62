// Breaks the rule domain-upload-imports on purpose.
import '../report/row.ts';
