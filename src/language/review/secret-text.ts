/** Texts that are passwords, keys or tokens, by the name that they are given or by their form. */

const NAME =
  /(?:^|_)(?:password|passwd|passphrase|pwd|secret|secret_key|api_?key|access_?key|private_?key|auth_?token|access_?token|api_?token)$/i;
/** What stands for a secret: `<token>`, `your-key`, `xxxx`, `****`, `{{ key }}`, the name of a variable. */
const PLACEHOLDER =
  /^(?:[<{[$%].*|.*\b(?:your|example|placeholder|change_?me|dummy|todo|test|sample)\b.*|(.)\1*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|\W+|none|null|secret|password|string)$/i;
const LEAST_CHARS = 6;

/** Texts that are secrets by their form, with what issues them. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/\bAKIA[0-9A-Z]{16}\b/, 'an access key of AWS'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{50,}\b/, 'a token of GitHub'],
  [/\bglpat-[\w-]{20,}/, 'a token of GitLab'],
  [/\bxox[abprs]-[\w-]{10,}/, 'a token of Slack'],
  [/\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}/, 'a key of an AI service'],
  [/\bAIza[\w-]{35}\b/, 'a key of Google'],
  [/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/, 'a private key'],
];
/** An address with a password: `postgresql://ana:pass@db/sales`. */
const ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@{}<>]+:([^\s:/@{}<>]+)@[^\s/]/i;

export const SECRET_REMEDY =
  'Use a connection, or make it an input for a password; then replace the secret, since others may have read it.';

/** What kind of secret the text is by its form; undefined: none. */
export function secretForm(text: string): string | undefined {
  const [, password] = ADDRESS.exec(text) ?? [];
  if (password !== undefined && !PLACEHOLDER.test(password) && !/^(?:pass|pw|pwd|pass(?:word|wd)\d*)$/i.test(password))
    return 'an address with a password';
  return FORMS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Whether it is a secret by the name that it is given, and none by its form. */
export function isSecret(name: string, text: string): boolean {
  if (!NAME.test(name) || secretForm(text) !== undefined) return false;
  return text.length >= LEAST_CHARS && !/\s/.test(text.trim()) && !PLACEHOLDER.test(text);
}
