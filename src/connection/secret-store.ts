/**
 * Secrets of a project in one encrypted file (`.link/secrets.json`): AES-256-GCM, each name bound to its value, the key
 * derived by scrypt from a text that the operator chooses. Names are readable, values are not.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainFileReason, readPlainTextSync } from '../disk/plain-file.ts';
import { AppError } from '../domain/error.ts';
import { isJsonObject } from '../domain/text/json.ts';

const KEY_BYTES = 1_000_000;
const STORE_BYTES = 16_000_000;

interface SealedValue {
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

/** Exponent of N of scrypt; files without one are from before it was written. Source: ASVS 5.0, appendix C. */
const COST = 17;
const FIRST_COST = 15;
const HIGHEST_COST = 20;

interface SecretFile {
  readonly version: 1;
  readonly salt: string;
  readonly cost?: number;
  readonly values: Readonly<Record<string, SealedValue>>;
}

export interface SecretStore {
  names(): string[];
  /** Throws `invalid` for an unknown name, a missing or wrong key, a damaged file. */
  get(name: string): string;
  /** Throws `invalid` without a key, or if the file was written with another one. Durable when it returns. */
  set(name: string, value: string): void;
  /** False if there was none. */
  remove(name: string): boolean;
}

/**
 * `key`: the text that the operator chose, requested only when needed. `newCost`: of a file that is written; lower than
 * usual in tests alone.
 */
export function openSecretStore(path: string, key: () => string | undefined, newCost = COST): SecretStore {
  const derived = new Map<string, Buffer>();

  function keyFor({ salt, cost = FIRST_COST }: SecretFile): Buffer {
    const text = key();
    if (!text)
      throw new AppError(
        'invalid',
        'The secret store is locked. Set SCRIPT_RUNNER_SECRET_KEY, or SCRIPT_RUNNER_SECRET_KEY_FILE to the path of a file that contains the key.',
      );
    const known = `${cost} ${salt} ${text}`;
    const bytes =
      derived.get(known) ??
      scryptSync(text, Buffer.from(salt, 'base64'), 32, { N: 2 ** cost, r: 8, p: 1, maxmem: 2 ** (cost + 11) });
    derived.set(known, bytes);
    return bytes;
  }

  function open(name: string, file: SecretFile): string {
    const sealed = Object.hasOwn(file.values, name) ? file.values[name] : undefined;
    if (!sealed)
      throw new AppError('invalid', `The secret store has no "${name}". Add it with: script-runner secret set ${name}`);
    try {
      const decipher = createDecipheriv('aes-256-gcm', keyFor(file), Buffer.from(sealed.iv, 'base64'));
      decipher.setAAD(Buffer.from(name)).setAuthTag(Buffer.from(sealed.tag, 'base64'));
      return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('invalid', 'The key does not open the secret store, or the store is damaged.', {
        cause: error,
      });
    }
  }

  function seal(name: string, value: string, file: SecretFile): SealedValue {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keyFor(file), iv).setAAD(Buffer.from(name));
    const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]).toString('base64');
    return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data };
  }

  return {
    names: () => Object.keys(readSecretFile(path)?.values ?? {}).sort(),
    get: (name) => open(name, readSecretFile(path) ?? newSecretFile(newCost)),
    set(name, value) {
      const file = readSecretFile(path) ?? newSecretFile(newCost);
      const [other] = Object.keys(file.values);
      if (other !== undefined) open(other, file); // one key for all of the file
      if ((file.cost ?? FIRST_COST) >= newCost)
        return writeSecretFile(path, { ...file, values: { ...file.values, [name]: seal(name, value, file) } });
      const renewed = newSecretFile(newCost);
      const values = Object.keys(file.values).map((each) => [each, seal(each, open(each, file), renewed)] as const);
      writeSecretFile(path, {
        ...renewed,
        values: { ...Object.fromEntries(values), [name]: seal(name, value, renewed) },
      });
    },
    remove(name) {
      const file = readSecretFile(path);
      if (!file || !Object.hasOwn(file.values, name)) return false;
      const values = Object.fromEntries(Object.entries(file.values).filter(([key]) => key !== name));
      writeSecretFile(path, { ...file, values });
      return true;
    },
  };
}

/**
 * The store of a project: `secrets.json` beside `link.config`, its key in a variable or in a file that a variable
 * names.
 */
export function openProjectSecrets(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): SecretStore {
  const { SCRIPT_RUNNER_SECRET_KEY: key, SCRIPT_RUNNER_SECRET_KEY_FILE: file } = environment;
  return openSecretStore(join(folder, 'secrets.json'), () => (file === undefined ? key : (key ?? readKey(file))));
}

function readKey(path: string): string {
  try {
    return readPlainTextSync(path, KEY_BYTES).trim();
  } catch (error) {
    throw new AppError('invalid', `The key file ${path} cannot be read: ${plainFileReason(error)}.`, { cause: error });
  }
}

function newSecretFile(cost: number): SecretFile {
  return { version: 1, salt: randomBytes(16).toString('base64'), cost, values: {} };
}

/** Higher ones would take too much memory. */
function isCost(value: unknown): boolean {
  return (
    value === undefined || (Number.isInteger(value) && Number(value) >= FIRST_COST && Number(value) <= HIGHEST_COST)
  );
}

function readSecretFile(path: string): SecretFile | undefined {
  let text: string;
  try {
    text = readPlainTextSync(path, STORE_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('invalid', `The secret store ${path} cannot be read: ${plainFileReason(error)}.`, {
      cause: error,
    });
  }
  try {
    const file: unknown = JSON.parse(text);
    if (
      isJsonObject(file) &&
      file.version === 1 &&
      typeof file.salt === 'string' &&
      isCost(file.cost) &&
      isJsonObject(file.values)
    )
      return file as unknown as SecretFile;
  } catch {
    // Falls through: damaged either way.
  }
  throw new AppError(
    'invalid',
    `The secret store ${path} is damaged. Restore it, or delete it and set its values again.`,
  );
}

function writeSecretFile(path: string, file: SecretFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
}
