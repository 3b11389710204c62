/** Addresses: of e-mail, and of anything else. */
import type { ParameterSchema } from '../parameter.ts';
import type { TextFormat } from './format.ts';

export const emailFormat: TextFormat = {
  control: 'email',
  expected: () => 'an e-mail address such as ana@example.org',
  read: (text) => text.trim(),
  check: (text) => (isEmail(text) ? text : undefined),
};

/** `x-schemes` lists what an address may begin with. Those that carry code or content are always refused. */
export const uriFormat: TextFormat = {
  control: 'url',
  expected: ({ 'x-schemes': schemes = [] }) =>
    schemes.length === 0 || schemes.includes('https')
      ? 'an address such as https://example.org/'
      : `an address that begins with ${schemes.map((scheme) => `${scheme}:`).join(' or ')}`,
  read: (text) => text.trim(),
  check: (text, schema) => (isUri(text, schema) ? text : undefined),
};

/** Text before and after the one @, with a dot in the part after it. */
function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  const domain = text.slice(at + 1);
  return at > 0 && !/[\s@]/.test(domain) && !/[\s<>"\p{Cc}]/u.test(text) && domain.slice(1, -1).includes('.');
}

const REFUSED = ['javascript', 'vbscript', 'data'];

function isUri(text: string, { 'x-schemes': schemes = [] }: ParameterSchema): boolean {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):([^\s\p{Cc}]+)$/iu.exec(text) ?? [];
  const name = scheme?.toLowerCase();
  if (name === undefined || REFUSED.includes(name)) return false;
  if (schemes.length > 0 && !schemes.includes(name)) return false;
  return URL.canParse(text) && (!/^(https?|ftp|wss?)$/.test(name) || rest.startsWith('//'));
}
