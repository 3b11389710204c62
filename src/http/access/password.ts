/** The shared password: stored as a salted scrypt hash in one line of text, `scrypt:N:r:p:salt:hash` (RFC 7914). */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** About a fifth of a second and 128 MB for each attempt. Source: ASVS 5.0, appendix C. */
const COST = { N: 2 ** 17, r: 8, p: 1 };
const HASH_BYTES = 32;
const MEMORY_BYTES = 256 * 1024 * 1024;
export const PASSWORD_HASH = /^scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3}):([\w+/]+={0,2}):([\w+/]+={0,2})$/;

/** `cost`: lower only in tests. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), hash.toString('base64')].join(':');
}

/** Throws what scrypt throws for costs that it does not support. */
export async function isPassword(password: string, line: string): Promise<boolean> {
  const [, N, r, p, salt, hash] = PASSWORD_HASH.exec(line) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) });
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, { ...cost, maxmem: MEMORY_BYTES }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
