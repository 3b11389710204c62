/** Passwords, keys and tokens that are written in the code: everybody who may read the script can read them. */
import { lastName } from '../python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';
import { nodesOf, readCall, type ReviewMark, type Reviewer, stringOf } from './reviewer.ts';

const NODES = new Set(['AssignStatement', 'CallExpression', 'DictionaryExpression', 'String', 'FormatString']);
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

export const secretInSource: Reviewer = function* (code) {
  for (const { cell, node, source } of nodesOf(code, NODES)) {
    const mark = (from: number, what: string): ReviewMark => ({
      cell,
      from,
      code: 'secret-in-source',
      what,
      remedy: REMEDY,
    });
    const form = node.name.endsWith('String') ? secretForm(stringOf(node, source) ?? '') : undefined;
    if (form !== undefined) yield mark(node.from, `The code contains ${form}.`);
    for (const { name, value } of pairsOf(node, source)) {
      const text = stringOf(value, source);
      if (NAME.test(name) && text !== undefined && isSecret(text) && secretForm(text) === undefined)
        yield mark(value.from, `The code contains a secret: the text of “${name}”.`);
    }
  }
};

const REMEDY =
  'Use a connection, or make it an input for a password; then replace the secret, since others may have read it.';

function secretForm(text: string): string | undefined {
  const [, password] = ADDRESS.exec(text) ?? [];
  if (password !== undefined && !PLACEHOLDER.test(password) && !/^(?:pass|pw|pwd|pass(?:word|wd)\d*)$/i.test(password))
    return 'an address with a password';
  return FORMS.find(([pattern]) => pattern.test(text))?.[1];
}

function isSecret(text: string): boolean {
  return text.length >= LEAST_CHARS && !/\s/.test(text.trim()) && !PLACEHOLDER.test(text);
}

/** `name = value`, `f(name=value)` and `{"name": value}`. */
function pairsOf(node: Node, source: string): { readonly name: string; readonly value: Node }[] {
  if (node.name === 'CallExpression')
    return [...readCall(node, source).named].map(([name, value]) => ({ name, value }));
  const children = childrenOf(node).filter(({ name }) => name !== 'Comment' && name !== 'TypeDef');
  return children.flatMap((value, index) => {
    const [key, sign] = [children[index - 2], children[index - 1]];
    if (key === undefined) return [];
    if (node.name === 'AssignStatement' && sign?.name === 'AssignOp')
      return [{ name: lastName(key, source) ?? keyOf(key, source), value }];
    return node.name === 'DictionaryExpression' && sign !== undefined && textOf(sign, source) === ':'
      ? [{ name: stringOf(key, source) ?? '', value }]
      : [];
  });
}

/** `password` of `os.environ["password"] = …`. */
function keyOf(node: Node, source: string): string {
  const key = childrenOf(node).find(({ name }) => name === 'String');
  return node.name === 'MemberExpression' ? (stringOf(key, source) ?? '') : '';
}
