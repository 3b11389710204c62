/** Which secrets can be kept out of reports: those that ordinary text does not contain by chance. */
import { MASKED } from './mask-span.ts';

const LEAST_CHARS = 6;
/** A secret of only letters or only digits looks like a word, an amount or a year up to this length. */
const LEAST_PLAIN_CHARS = 8;
const LEAST_DISTINCT = 3;

/** Longer words that people choose as passwords and that also occur in reports for other reasons. Lower case. */
const COMMON = new Set([
  'password',
  'passwort',
  'password1',
  'password123',
  'passw0rd',
  'postgres',
  'postgresql',
  'database',
  'datenbank',
  'username',
  'administrator',
  'readonly',
  'read_only',
  'read-only',
  'reporting',
  'analytics',
  'warehouse',
  'production',
  'development',
  'staging',
  'localhost',
  'mariadb',
  'mongodb',
  'snowflake',
  'redshift',
  'databricks',
  'elasticsearch',
  'sqlserver',
  'default',
  'undefined',
  'anonymous',
  'changeme',
  'change_me',
  'change-me',
  'script-runner',
  'script_runner',
  'notebook',
  'jupyter',
  'dataframe',
  'customer',
  'customers',
  'january',
  'february',
  'september',
  'october',
  'november',
  'december',
  'wednesday',
  'thursday',
  'saturday',
  '12345678',
  '123456789',
  '1234567890',
  '0123456789',
  'qwertyuiop',
  'user123',
  'admin123',
  'secret123',
  'test1234',
]);

/** Why a value cannot be masked, as the rest of a sentence that begins with "it"; undefined when it can. */
export function secretProblem(secret: string): string | undefined {
  const length = [...secret].length;
  if (length < LEAST_CHARS) return `is shorter than ${LEAST_CHARS} characters, so hiding it would blank ordinary text`;
  if (length < LEAST_PLAIN_CHARS && /^(?:\p{L}+|\d+)$/u.test(secret)) {
    return `has only ${length} characters and no mix of letters, digits and symbols, so hiding it would blank ordinary text`;
  }
  if (new Set(secret).size < LEAST_DISTINCT)
    return `has fewer than ${LEAST_DISTINCT} different characters, so hiding it would blank ordinary text`;
  if (COMMON.has(secret.toLowerCase()) || isDate(secret))
    return 'is a common word or date, so hiding it would blank ordinary text';
  // A mask beside other text must never spell another secret.
  if (secret.startsWith(MASKED[0]!) || secret.endsWith(MASKED[0]!) || secret.includes(MASKED)) {
    return `begins or ends with the character ${MASKED[0]}, which stands for hidden text`;
  }
  return undefined;
}

function isDate(text: string): boolean {
  return /^(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$/.test(text);
}
