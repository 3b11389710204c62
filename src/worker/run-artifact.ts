/** Files that a run leaves in its output folder become downloads: made safe in name, bounded in size and number. */
import { constants } from 'node:fs';
import { lstat, open, readdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import mime from 'mime';
import { safeFileName, uniqueFileName } from '../domain/run/artifact.ts';
import { AppError } from '../domain/error.ts';
import type { Mask } from '../domain/mask/mask.ts';
import { maskBytes } from '../domain/mask/mask-file.ts';
import { sizeWords } from '../domain/run/run-message.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { AppContext } from '../app/context.ts';

const FILES = 500;
const DEPTH = 8;

export interface ArtifactSource {
  /** Absolute; what is in it is offered. */
  readonly folder: string;
  /** Absolute folder for files in between, outside of `folder`. */
  readonly temporary: string;
  readonly mask: Mask;
  readonly write: (event: RunEvent) => Promise<void>;
}

export interface ArtifactCollector {
  /** Offers what is new; with `changed` also new states of what was offered before. Throws `unavailable`: disk full. */
  scan(options: { readonly changed: boolean }): Promise<void>;
  /** Offers one file of the folder under a name of its own. Throws as `scan`. */
  take(file: string, name: string): Promise<void>;
}

interface Found {
  readonly path: string;
  readonly sizeBytes: number;
  readonly stamp: string;
}
interface Offered {
  readonly name: string;
  readonly stamp: string;
  readonly sizeBytes: number;
}

export function collectArtifacts(ctx: AppContext, source: ArtifactSource): ArtifactCollector {
  /** By path in the folder; refused files too, so that they are refused once. */
  const offered = new Map<string, Offered>();
  const told = new Set<string>();

  async function tell(text: string): Promise<void> {
    if (told.has(text)) return;
    told.add(text);
    await source.write({ type: 'notice', text: source.mask.text(text) });
  }

  async function offer(found: Found, wanted: string): Promise<void> {
    const key = relative(source.folder, found.path);
    const before = offered.get(key);
    const others = [...offered].filter(([path]) => path !== key).map(([, file]) => file);
    const name =
      before?.name ?? uniqueFileName(maskedName(source.mask, wanted), new Set(others.map((file) => file.name)));
    const left = ctx.limits.artifactBytes - others.reduce((sum, file) => sum + file.sizeBytes, 0);
    offered.set(key, { name, stamp: found.stamp, sizeBytes: 0 });
    if (found.sizeBytes > left) {
      return tell(
        `The file “${name}” (${sizeWords(found.sizeBytes)}) is not offered: the downloads of a report may have ${sizeWords(ctx.limits.artifactBytes)} together.`,
      );
    }
    try {
      const { hash, sizeBytes } = await ctx.blobs.putFile(await masked(source, found.path));
      offered.set(key, { name, stamp: found.stamp, sizeBytes });
      await source.write({
        type: 'artifact-added',
        artifact: { name, mime: mime.getType(name) ?? 'application/octet-stream', sizeBytes, hash },
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'unavailable') throw error;
      await tell(`The file “${name}” is not offered: it cannot be read.`);
    }
  }

  return {
    async scan({ changed }) {
      for (const found of await walk(source.folder, tell)) {
        const key = relative(source.folder, found.path);
        const before = offered.get(key);
        if (before === undefined || (changed && before.stamp !== found.stamp)) await offer(found, key);
      }
    },
    async take(file, name) {
      const path = resolve(source.folder, file);
      const found = path.startsWith(source.folder + sep) ? await look(path) : undefined;
      if (found !== undefined) await offer(found, name);
    },
  };
}

/** A name is joined from folders, and signs are replaced in it: it is masked before and after. */
function maskedName(mask: Mask, wanted: string): string {
  return mask.text(safeFileName(mask.text(wanted)));
}

/** The path itself, or that of a copy without secrets. */
async function masked({ mask, temporary }: ArtifactSource, path: string): Promise<string> {
  if (mask.isEmpty) return path;
  const copy = join(temporary, 'masked');
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await writeFile(copy, maskBytes(mask, file.createReadStream({ autoClose: false })));
  } finally {
    await file.close();
  }
  return copy;
}

/** Plain files below the folder, in the order of their names; links are not followed, hidden files left out. */
async function walk(folder: string, tell: (text: string) => Promise<void>, depth = 0): Promise<Found[]> {
  const files: Found[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const found = entry.isFile() ? await look(path) : undefined;
    if (found !== undefined) files.push(found);
    else if (entry.isDirectory() && depth < DEPTH) files.push(...(await walk(path, tell, depth + 1)));
    else await tell(`“${safeFileName(entry.name)}” is not offered: it is not a plain file.`);
    if (files.length > FILES) {
      await tell(
        `Only ${FILES} files are offered: a report may have no more downloads. Put many files into one archive.`,
      );
      return files.slice(0, FILES);
    }
  }
  return files;
}

async function look(path: string): Promise<Found | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  return { path, sizeBytes: stats.size, stamp: `${stats.ino} ${stats.size} ${stats.mtimeMs}` };
}
