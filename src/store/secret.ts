/** Password values at rest: AES-256-GCM under the keys of the server. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { AppError } from '../domain/error.ts';
import { readDataFile } from './data-file.ts';

/** In the data folder. */
export const SECRET_KEY = 'secret.key';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export interface SecretBox {
  /** `context` (the run's id) must be the same for `open`. */
  seal(values: Readonly<Record<string, string>>, context: string): string;
  /** Throws when the context differs, or none of the keys fits. */
  open(sealed: string, context: string): Readonly<Record<string, string>>;
}

/** The key in the file; created if there is none. Throws `conflict` for a file that is not a key. */
export function readKey(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = readDataFile(path);
  if (key?.byteLength === KEY_BYTES) return key;
  throw new AppError(
    'conflict',
    `${path} is damaged: a key has ${KEY_BYTES} bytes. Restore it, or move it away: then a new one is made, and reports that wait with a password end and say so.`,
  );
}

/** Seals with the first key, opens with any. */
export function createSecretBox(key: Buffer, ...older: readonly Buffer[]): SecretBox {
  const keys = [key, ...older];
  return {
    seal(values, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed, 'base64');
      for (const each of keys.slice(0, -1)) {
        try {
          return openWith(each, bytes, context);
        } catch {
          // sealed with an older one
        }
      }
      return openWith(keys.at(-1)!, bytes, context);
    },
  };
}

function openWith(key: Buffer, bytes: Buffer, context: string): Readonly<Record<string, string>> {
  const tagEnd = NONCE_BYTES + TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(NONCE_BYTES, tagEnd));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString('utf8'));
}
