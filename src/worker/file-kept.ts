/**
 * Files beside a script that its report names are kept with the report: pictures that its text and its outputs show,
 * files that its text links to. No link leads out of the scripts' folder, nothing hidden is read, and all is bounded.
 */
import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import mime from 'mime';
import { openFileBeneath, openFolder, BeneathError, type BeneathFile } from '../disk/beneath.ts';
import type { BlobStore } from '../domain/run/blob.ts';
import type { DisplayData, Kernel } from '../domain/kernel/kernel.ts';
import type { Mask } from '../domain/mask/mask.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import { namedFiles, shownMime } from '../domain/report/report-file.ts';
import { sizeWords } from '../domain/text/size.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import { createRefusals } from './file-refusal.ts';
import { storeFile, useFile } from './file-store.ts';

/** Of one file, of all of a run together with their later states, and how many there may be. */
const FILE_BYTES = 8_000_000;
const RUN_BYTES = 24_000_000;
const FILES = 100;
/** Longer outputs are not looked through. */
const OUTPUT_CHARS = 2_000_000;
/** Holds what operators alone may read. */
const PRIVATE = 'script-runner.toml';

/** Below the scripts' folder (absolute), by these names. */
export interface ScriptPlace {
  readonly root: string;
  readonly names: readonly string[];
}

export interface KeptFiles {
  /** What the kernel writes is looked at first from now on. */
  lookInto(written: Kernel['written']): void;
  /** Keeps what the notebook's own text names, or a new state of it. Throws `unavailable`: disk full. */
  keepNamed(cells: readonly Cell[]): Promise<void>;
  /** Keeps what an output shows. Throws as `keepNamed`. */
  keepShown(bundle: DisplayData): Promise<void>;
  /** Whether this file, relative to the scripts' folder, is kept as the run has written it. */
  hasWritten(name: string): boolean;
  /** Says what is not kept and why. */
  tell(): Promise<void>;
}

export interface KeptContext {
  readonly blobs: Pick<BlobStore, 'putStream'>;
}

export interface KeptSource {
  readonly place: ScriptPlace;
  /** Absolute folder of which nothing is kept, wherever the scripts lie: the server's own data. */
  readonly hidden?: string;
  readonly mask: Mask;
  readonly write: (event: RunEvent) => Promise<void>;
}

export function keepFiles(ctx: KeptContext, { place, hidden, mask, write }: KeptSource): KeptFiles {
  const refusals = createRefusals({ mask, write });
  /** By path, as it was when it was looked at last. */
  const seen = new Map<string, string>();
  /** Those that the run has written itself, relative to the scripts' folder. */
  const ownNames = new Set<string>();
  let written: Kernel['written'];
  let leftBytes = RUN_BYTES;

  async function open(names: readonly string[]): Promise<(BeneathFile & { isOwn?: true }) | undefined> {
    const own = written === undefined ? undefined : await openIn(written.folder, [...written.path, ...names]);
    // the scripts' folder itself may be a link
    const root = await realpath(place.root).catch(unlessMissing);
    if (own !== undefined) return { ...own, isOwn: true };
    if (root === undefined) return undefined;
    if (hidden !== undefined && (await isHidden(root, names, hidden))) throw new BeneathError('it is hidden');
    return openIn(root, names);
  }

  async function keep(path: string): Promise<void> {
    if (!seen.has(path) && seen.size >= FILES)
      return refusals.tooMany(`Only ${FILES} files that the report names are kept with it.`);
    await useFile(
      () => open(namesOf(place, path)),
      (file) => store(path, file),
      (why) => refusals.add(path, why),
    );
  }

  async function store(path: string, file: BeneathFile & { readonly isOwn?: true }): Promise<void> {
    if (seen.get(path) === file.stamp) return;
    seen.set(path, file.stamp);
    const limitBytes = Math.min(FILE_BYTES, leftBytes);
    if (file.sizeBytes > limitBytes)
      return refusals.add(
        path,
        `it has ${sizeWords(file.sizeBytes)}; files that a report names may have ${sizeWords(FILE_BYTES)} each and ${sizeWords(RUN_BYTES)} together`,
      );
    const blob = await storeFile({ ...ctx, mask }, file, limitBytes);
    leftBytes -= blob.sizeBytes;
    const type = shownMime(path) ?? mime.getType(path) ?? 'application/octet-stream';
    const kept = { $blob: blob.hash, sizeBytes: blob.sizeBytes, encoding: 'base64' } as const;
    await write({ type: 'file-kept', path, mime: type, file: kept });
    if (file.isOwn) ownNames.add(namesOf(place, path).join('/'));
  }

  async function keepAll(paths: readonly string[]): Promise<void> {
    // what is hidden in the text is asked for by no reader
    for (const path of paths) if (mask.text(path) === path) await keep(path);
  }

  return {
    lookInto(folder) {
      written = folder;
    },
    async keepNamed(cells) {
      for (const { type, source } of cells)
        if (type !== 'code') await keepAll(namedFiles(source, { shownOnly: false }));
    },
    async keepShown(bundle) {
      for (const type of ['text/html', 'text/markdown']) {
        const text = bundle[type];
        if (typeof text === 'string' && text.length <= OUTPUT_CHARS)
          await keepAll(namedFiles(text, { shownOnly: true }));
      }
    },
    hasWritten: (name) => ownNames.has(name),
    tell: refusals.tell,
  };
}

/** From the scripts' folder down. Throws `BeneathError`. */
/** Scripts that lie in the folder themselves were put there by the server: those of a commit. */
async function isHidden(root: string, names: readonly string[], folder: string): Promise<boolean> {
  const hidden = await realpath(folder);
  return isBelow(join(root, ...names), hidden) && !isBelow(root, hidden);
}

function namesOf({ names }: ScriptPlace, path: string): readonly string[] {
  const found = [...names];
  for (const name of path.split('/')) {
    if (name !== '..') found.push(name);
    else if (found.pop() === undefined) throw new BeneathError('it does not lie in the folder of scripts');
  }
  if (found.some((name) => name.startsWith('.')) || found.at(-1)?.toLowerCase() === PRIVATE)
    throw new BeneathError('it is hidden');
  return found;
}

/** Some systems tell no capitals from small letters. */
function isBelow(path: string, folder: string): boolean {
  return path.toLowerCase().startsWith(`${folder}${sep}`.toLowerCase());
}

/** Undefined where there is no such file. Throws `BeneathError` and the system's errors. */
async function openIn(folder: string, names: readonly string[]): Promise<BeneathFile | undefined> {
  const root = await openFolder(folder).catch(unlessMissing);
  if (root === undefined) return undefined;
  try {
    return await openFileBeneath(root, names).catch(unlessMissing);
  } finally {
    await root.handle.close();
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENAMETOOLONG') throw error;
}
