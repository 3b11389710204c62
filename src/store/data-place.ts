/**
 * Whether a data folder is still in its place: if it is moved or replaced while a server uses it, new data goes
 * elsewhere or is lost.
 */
import { closeSync, fstatSync, openSync, statSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface DataPlace {
  /** Why not, as a sentence; undefined while it is in its place. */
  problem(): Promise<string | undefined>;
  release(): void;
}

/** For the process that has opened the folder's data. `name`: a file in it that stays the same. */
export function holdPlace(directory: string, name: string): DataPlace {
  // held open, so that its inode number stays the same on every file system
  const held = openFolder(directory);
  const folder = held === undefined ? statSync(directory) : fstatSync(held);
  const file = statSync(join(directory, name));
  return {
    async problem() {
      const [isFolder, isFile] = await Promise.all([isSame(directory, folder), isSame(join(directory, name), file)]);
      if (!isFolder) return problemText('data folder', 'the folder');
      return isFile ? undefined : problemText(`file ${name}`, 'the file');
    },
    release() {
      if (held !== undefined) closeSync(held);
    },
  };
}

/** Undefined if folders cannot be opened. */
function openFolder(directory: string): number | undefined {
  try {
    return openSync(directory, 'r');
  } catch {
    return undefined;
  }
}

async function isSame(path: string, { dev, ino }: Stats): Promise<boolean> {
  return stat(path).then(
    (found) => found.dev === dev && found.ino === ino,
    () => false,
  );
}

/** Without the path: anyone may ask whether the server is ready. */
function problemText(what: string, it: string): string {
  return `The server’s ${what} is not in its place: it was moved, removed or replaced while the server ran. Put ${it} back, or restart the server.`;
}
