/** The files beside a script for a kernel that shares no disk with this machine: found and read as for a bundle. */
import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { BeneathError, openFileBeneath, openFolder } from '../disk/beneath.ts';
import { chooseFiles } from '../domain/run/bundle.ts';
import type { FilesToSend } from '../domain/kernel/kernel.ts';
import { findFilesBeside } from './bundle-walk.ts';

export interface SendOptions {
  /** Of all files of one run. */
  readonly limitBytes: number;
  /** Absolute folders of which nothing is taken. */
  readonly hidden: readonly string[];
}

/** `directory`: absolute, of the script. `root`: absolute folder around it, with all that it has; absent: itself. */
export async function findFilesToSend(
  { directory, root = directory }: { readonly directory: string; readonly root?: string },
  { limitBytes, hidden }: SendOptions,
): Promise<FilesToSend> {
  const [top, own] = await Promise.all([realpath(root), realpath(directory)]);
  const { found, left } = await findFilesBeside(top, hidden);
  const chosen = chooseFiles(found, limitBytes);
  return {
    folder: relative(top, own).split(sep).join('/'),
    left: [...left, ...chosen.left].map(({ path }) => path),
    files: chosen.files.map(({ path, names, isProgram = false }) => ({
      path,
      isProgram,
      async read() {
        const folder = await openFolder(top);
        try {
          const { handle, sizeBytes } = await openFileBeneath(folder, names);
          try {
            if (sizeBytes > limitBytes) throw new BeneathError('it has grown');
            return await handle.readFile();
          } finally {
            await handle.close();
          }
        } finally {
          await folder.handle.close();
        }
      },
    })),
  };
}
