/** Brings the files of a run from its kernel into the output folder of this machine, where downloads are looked for. */
import { mkdir, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LISTING, readExpression } from './gateway-program.ts';

/** Bytes that one message brings. */
const PIECE_BYTES = 1024 * 1024;
const FILES = 20_000;
const PATH_CHARS = 4096;
const NAME_BYTES = 255;
const FOLDERS = 10;

export interface FetchLimits {
  /** A larger file is not fetched: it has its size here, but no content. */
  readonly fileBytes: number;
  /** Of all that is fetched for one run, later versions of a file included. */
  readonly totalBytes: number;
}

export interface FileFetch {
  /** Fetches what is new or has changed and removes what is gone. False: some was left, beyond the limit. */
  fetch(): Promise<boolean>;
}

interface RemoteFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly stamp: string;
}

/** `evaluate`: see `Client`. `folder`: absolute, private to the server; nobody else writes there. */
export function createFileFetch(
  evaluate: (expression: string) => Promise<string>,
  folder: string,
  limits: FetchLimits,
): FileFetch {
  const known = new Map<string, string>();
  let leftBytes = limits.totalBytes;
  let last: Promise<unknown> = Promise.resolve();

  async function copy({ path, sizeBytes }: RemoteFile): Promise<void> {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    // hidden, and on the same disk
    const part = join(folder, '.fetched');
    await writeFile(part, '', { mode: 0o600 });
    if (sizeBytes > limits.fileBytes) await truncate(part, sizeBytes);
    else await copyBytes(path, sizeBytes, part);
    await rename(part, target);
  }

  async function copyBytes(path: string, sizeBytes: number, part: string): Promise<void> {
    const file = await open(part, 'w');
    try {
      for (let at = 0; at < sizeBytes;) {
        const bytes = Buffer.from(await evaluate(readExpression(path, at, PIECE_BYTES)), 'base64');
        // it became shorter; a longer piece was not asked for
        if (bytes.length === 0 || bytes.length > PIECE_BYTES) break;
        await file.write(bytes, 0, bytes.length, at);
        at += bytes.length;
        leftBytes -= bytes.length;
      }
    } finally {
      await file.close();
    }
  }

  async function fetch(): Promise<boolean> {
    const files = readListing(await evaluate(LISTING));
    const present = new Set(files.map(({ path }) => path));
    for (const path of [...known.keys()].filter((one) => !present.has(one))) {
      known.delete(path);
      await rm(join(folder, path), { force: true });
    }
    let isAll = true;
    for (const file of files) {
      if (known.get(file.path) === file.stamp) continue;
      if (file.sizeBytes <= limits.fileBytes && file.sizeBytes > leftBytes) {
        isAll = false;
        continue;
      }
      await copy(file);
      known.set(file.path, file.stamp);
    }
    return isAll;
  }

  return {
    fetch() {
      const next = last.then(fetch);
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/** Only names that are safe below a folder; the kernel may say anything. */
export function readListing(text: string): readonly RemoteFile[] {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(said)) return [];
  return said.slice(0, FILES).flatMap((entry: unknown) => {
    const [path, sizeBytes, stamp] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof path !== 'string' || typeof sizeBytes !== 'number' || typeof stamp !== 'string') return [];
    return isSafe(path) && Number.isSafeInteger(sizeBytes) && sizeBytes >= 0
      ? [{ path, sizeBytes, stamp: `${sizeBytes} ${stamp}` }]
      : [];
  });
}

function isSafe(path: string): boolean {
  const names = path.split('/');
  if (path.length > PATH_CHARS || names.length > FOLDERS || !path.isWellFormed()) return false;
  return names.every(
    (name, at) =>
      name !== '' &&
      (!name.startsWith('.') || (at === 0 && name === '.tables' && names.length === 2)) &&
      !/[\0\\]/.test(name) &&
      Buffer.byteLength(name) <= NAME_BYTES,
  );
}
