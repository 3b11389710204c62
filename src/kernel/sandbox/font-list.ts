/**
 * matplotlib's list of this machine's fonts: making it takes half a second, and a kernel with a private HOME would make
 * it again. Each kernel starts with a copy of the list that matplotlib has made for the server's user.
 */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readPlainFile } from '../../disk/plain-file.ts';
import type { HomeFile } from './runtime-directory.ts';

const LIST = /^fontlist-v[\w.]+\.json$/;
/**
 * Number of matplotlib versions whose list is copied, and size limit of each: a machine with a thousand fonts has 300
 * kB.
 */
const LISTS = 4;
const LIST_BYTES = 4_000_000;

/** Where matplotlib looks in a HOME without settings. */
const PLACE = process.platform === 'darwin' ? '.matplotlib' : '.cache/matplotlib';

/** [] if matplotlib has not made any. Never throws. */
export async function readFontLists(environment: Readonly<Record<string, string | undefined>>): Promise<HomeFile[]> {
  const folder = cacheFolder(environment);
  const names = (await readdir(folder).catch((): string[] => []))
    .filter((name) => LIST.test(name))
    .sort()
    .slice(-LISTS);
  const files = await Promise.all(
    names
      .map(async (name): Promise<HomeFile[]> => {
        const path = join(folder, name);
        return [{ path: join(PLACE, name), content: (await readPlainFile(path, LIST_BYTES)).bytes }];
      })
      .map((reading) => reading.catch((): HomeFile[] => [])),
  );
  return files.flat();
}

/** Source: https://matplotlib.org/stable/users/explain/configuration.html, matplotlib.get_cachedir() */
function cacheFolder({ MPLCONFIGDIR, XDG_CACHE_HOME, HOME }: Readonly<Record<string, string | undefined>>): string {
  if (MPLCONFIGDIR) return MPLCONFIGDIR;
  return process.platform !== 'darwin' && XDG_CACHE_HOME
    ? join(XDG_CACHE_HOME, 'matplotlib')
    : join(HOME || homedir(), PLACE);
}
