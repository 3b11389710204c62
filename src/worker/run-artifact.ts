/** Offers the files that a run leaves in its output folder as downloads: safe names, bounded size and number. */
import { relative, resolve, sep } from 'node:path';
import mime from 'mime';
import type { RunContext } from './context.ts';
import { openFileBeneath, openFileIn, openFolder, type BeneathFile, type Folder } from '../disk/beneath.ts';
import type { Mask } from '../domain/mask/mask.ts';
import { uniqueFileName } from '../domain/run/artifact.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import { sizeWords } from '../domain/text/size.ts';
import { ENTRIES, stampOf, walkFiles } from './artifact-walk.ts';
import { mayHaveShown, watchFolder } from './artifact-watch.ts';
import { artifactName } from './artifact-name.ts';
import { createRefusals, type Refusals } from './file-refusal.ts';
import { storeFile, useFile } from './file-store.ts';

const FILES = 500;
/** Names of empty downloads in their notice. */
const EMPTY_SHOWN = 5;
/** Extra room for later versions of a file, in multiples of `artifact_limit`: each version stays in the run's log. */
const REPLACED = 3;
/** Limits of an announced path, in characters and folders. */
const PATH_CHARS = 4096;
const PATH_FOLDERS = 32;

export interface ArtifactSource {
  /** Absolute; the files in it are offered. A kernel may change it at any time. */
  readonly folder: string;
  readonly mask: Mask;
  readonly write: (event: RunEvent) => Promise<void>;
}

export interface ArtifactCollector {
  /**
   * Offers new files; with `changed` also new versions of offered files, takes back what is no longer there, and
   * reports what is not offered and why: at the end of a run. Throws `unavailable`: disk full.
   */
  scan(options: { readonly changed: boolean }): Promise<void>;
  /** Offers one file of the folder under the given name. Throws as `scan`. */
  take(file: string, name: string): Promise<void>;
}

interface Offered {
  readonly name: string;
  readonly stamp: string;
  readonly sizeBytes: number;
  /** The notebook has asked for this download by name: it stays, whatever happens to the file. */
  readonly isAnnounced: boolean;
}

/** A file to offer: its path in the folder, the name that it should have. */
interface Wanted {
  readonly key: string;
  readonly name: string;
  readonly isAnnounced: boolean;
}

/** What of the folder has been offered so far, and the function that offers one more file. */
function createOffers(ctx: RunContext, source: ArtifactSource, refusals: Refusals) {
  /**
   * By path in the folder; includes files that are too large or unreadable, with size 0, so that they are refused once.
   */
  const offered = new Map<string, Offered>();
  const limitBytes = ctx.limits.artifactBytes;
  let replacedBytes = 0;
  /** Names of the downloads that have no content. */
  const empty = new Set<string>();

  const hasRoom = (key: string): boolean => {
    if (offered.has(key) || offered.size < FILES) return true;
    refusals.tooMany(
      `Only ${FILES} files are offered: a report may have no more downloads. Put many files into one archive.`,
    );
    return false;
  };

  async function offer({ key, ...wanted }: Wanted, file: BeneathFile): Promise<void> {
    const before = offered.get(key);
    const others = [...offered].filter(([path]) => path !== key).map(([, other]) => other);
    const name =
      before?.name ?? uniqueFileName(artifactName(source.mask, wanted.name), new Set(others.map((one) => one.name)));
    const left = limitBytes - others.reduce((sum, one) => sum + one.sizeBytes, 0);
    const leftOfStates = limitBytes * REPLACED - replacedBytes;
    const isAnnounced = wanted.isAnnounced || before?.isAnnounced === true;
    offered.set(key, { name, stamp: file.stamp, sizeBytes: before?.sizeBytes ?? 0, isAnnounced });
    if (file.sizeBytes > left)
      return refusals.add(
        key,
        `it has ${sizeWords(file.sizeBytes)}; all downloads of a report may have ${sizeWords(limitBytes)} together`,
      );
    if (before !== undefined && file.sizeBytes > leftOfStates)
      return refusals.add(key, 'it was changed too often: an earlier version of it is offered');
    const { hash, sizeBytes } = await storeFile({ blobs: ctx.blobs, mask: source.mask }, file, left);
    if (before !== undefined) replacedBytes += sizeBytes;
    offered.set(key, { name, stamp: file.stamp, sizeBytes, isAnnounced });
    if (sizeBytes === 0) empty.add(name);
    else empty.delete(name);
    await source.write({
      type: 'artifact-added',
      artifact: { name, mime: mime.getType(name) ?? 'application/octet-stream', sizeBytes, hash },
    });
  }

  /** Offers the file unless this version is already offered; an unreadable file is refused. */
  const offerOpened = (wanted: Wanted, open: () => Promise<BeneathFile>) =>
    useFile(
      open,
      async (file) => {
        if (offered.get(wanted.key)?.stamp !== file.stamp) await offer(wanted, file);
      },
      (why) => refusals.add(wanted.key, why),
    );

  /** Takes back what is offered without having been asked for and is not among these. */
  async function withdraw(present: ReadonlySet<string>): Promise<void> {
    for (const [key, { name, isAnnounced }] of offered) {
      if (isAnnounced || present.has(key)) continue;
      offered.delete(key);
      empty.delete(name);
      await source.write({ type: 'artifact-removed', name });
    }
  }

  return {
    areNone: () => offered.size === 0,
    stampOf: (key: string) => offered.get(key)?.stamp,
    hasRoom,
    offerOpened,
    withdraw,
    empty,
  };
}

export function collectArtifacts(ctx: RunContext, source: ArtifactSource): ArtifactCollector {
  const refusals = createRefusals(source);
  const offers = createOffers(ctx, source, refusals);

  async function withFolder(work: (root: Folder) => Promise<void>, without?: () => Promise<void>): Promise<void> {
    const root = await openFolder(source.folder).catch(() => undefined);
    if (root === undefined) return without?.();
    await work(root).finally(() => root.handle.close());
  }

  /** Before anything is added: a file that was renamed has the name and the room of its own. */
  async function withdrawMissing(root: Folder): Promise<void> {
    let isWhole = true;
    const present = new Set<string>();
    const places = walkFiles(root, { refuse: () => undefined, overflow: () => (isWhole = false) });
    for await (const { key } of places) present.add(key);
    if (isWhole) await offers.withdraw(present);
  }

  const watch = watchFolder(source.folder);

  async function scan(root: Folder, changed: boolean): Promise<void> {
    const places = walkFiles(root, {
      nested: watch.nested,
      refuse: (key, why) => (changed ? refusals.add(key, why) : undefined),
      overflow: () =>
        refusals.tooMany(
          `Only the first ${ENTRIES} entries of the output folder are used. Put many files into one archive.`,
        ),
    });
    for await (const place of places) {
      const before = offers.stampOf(place.key);
      if (before !== undefined && (!changed || before === (await stampOf(place)))) continue;
      if (!offers.hasRoom(place.key)) break;
      await offers.offerOpened({ key: place.key, name: place.key, isAnnounced: false }, () =>
        openFileIn(place.folder, place.name),
      );
    }
  }

  return {
    async scan({ changed }) {
      if (!watch.mayHaveNew() && !changed) return;
      if (!offers.areNone() || mayHaveShown(source.folder)) {
        if (changed) await withFolder(withdrawMissing, () => offers.withdraw(new Set()));
        await withFolder((root) => scan(root, changed));
      }
      if (changed) await refusals.tell();
      if (changed) await tellEmpty(source, offers.empty);
    },
    async take(file, name) {
      const names = namesOf(source.folder, file);
      if (names === undefined) return refusals.add(file.slice(0, PATH_CHARS), 'it is not in the output folder');
      const key = names.join('/');
      if (offers.hasRoom(key))
        await withFolder((root) =>
          offers.offerOpened({ key, name, isAnnounced: true }, () => openFileBeneath(root, names)),
        );
    },
  };
}

/** An empty download may be what the author wanted, or the sign of a file that was never written. */
async function tellEmpty({ write }: ArtifactSource, empty: ReadonlySet<string>): Promise<void> {
  const [first, ...others] = empty;
  if (first === undefined) return;
  const shown = [first, ...others].slice(0, EMPTY_SHOWN).map((name) => `“${name}”`);
  const more = empty.size > shown.length ? ` and ${empty.size - shown.length} more` : '';
  const text =
    others.length === 0
      ? `The download ${shown[0]} is empty.`
      : `These downloads are empty: ${shown.join(', ')}${more}.`;
  await write({ type: 'notice', text });
}

/** From the folder down; undefined for a path that leads out of it. */
function namesOf(folder: string, file: string): string[] | undefined {
  if (file.length > PATH_CHARS || file.includes('\0')) return undefined;
  const path = resolve(folder, file);
  const names = relative(folder, path).split(sep);
  return path.startsWith(folder + sep) && names.length <= PATH_FOLDERS ? names : undefined;
}
