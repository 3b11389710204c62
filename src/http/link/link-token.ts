/**
 * The secret in the address of a link: its id and a signature of the server's keys, so that a forged one costs no
 * query.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;
/** Both parts in base64url. */
const TOKEN = /^([\w-]{22})([\w-]{22})$/;

export function newLinkId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** 44 letters, digits, `-` and `_`. `keys`: the newest first, which signs. */
export function writeLinkToken(id: string, [newest]: readonly [string, ...string[]]): string {
  return id + signatureOf(id, newest).toString('base64url');
}

/** The id; undefined unless one of the keys has signed it. */
export function readLinkToken(token: string, keys: readonly string[]): string | undefined {
  const [, id = '', signature = ''] = TOKEN.exec(token) ?? [];
  const given = Buffer.from(signature, 'base64url');
  if (id === '' || given.length !== SIGNATURE_BYTES) return undefined;
  // all keys, whichever fits
  const fits = keys.map((key) => timingSafeEqual(signatureOf(id, key), given));
  return fits.includes(true) ? id : undefined;
}

function signatureOf(id: string, key: string): Buffer {
  return createHmac('sha256', `link ${key}`).update(id).digest().subarray(0, SIGNATURE_BYTES);
}
