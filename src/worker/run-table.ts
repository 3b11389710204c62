/** Keeps the tables that cells show: what the kernel wrote beside the downloads of the run, masked and compressed. */
import { createGzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { openFileBeneath, openFolder, type BeneathFile } from '../disk/beneath.ts';
import type { Mask } from '../domain/mask/mask.ts';
import { safeFileName, uniqueFileName } from '../domain/run/artifact.ts';
import type { Blob, BlobStore } from '../domain/run/blob.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import { RUN_TABLE_BYTES, RUN_TABLES, TABLE_COLUMNS, type RunTable, type TableLimits } from '../domain/run/table.ts';
import { maskStart } from '../domain/mask/mask-stream.ts';
import { sizeWords } from '../domain/text/size.ts';
import { storeFile, useFile } from './file-store.ts';
import type { TableAnnouncement } from './table-announcement.ts';

/** Where the kernel writes them, in the output folder: hidden, so that they are no downloads by themselves. */
const FOLDER = '.tables';
const NAME_CHARS = 80;
const TEXT_CHARS = 200;
/** A secret that may be the text of a number or a time: numbers are then written as text, which masks can read. */
const NUMERIC = /^[\d\s.,:+\-eE_/TZ]+$/;

export interface TableSource {
  /** Absolute path of the run's output folder. */
  readonly folder: string;
  readonly mask: Mask;
  readonly write: (event: RunEvent) => Promise<void>;
  readonly limits: TableLimits;
}

export interface TableKeeper {
  /** Returns before the table is stored: the kernel's next messages do not wait for it. */
  take(said: TableAnnouncement): void;
  /** Settles when all tables are stored. Throws `unavailable`: disk full. */
  settle(): Promise<void>;
}

/** What tells a kernel to write tables, and within which bounds; undefined: none are kept. */
export function tableEnvironment(limits: TableLimits, secrets: readonly string[]): Record<string, string> {
  if (!limits.isOn) return {};
  const { rows, bytes, ms } = limits;
  const numbers = secrets.some((secret) => NUMERIC.test(secret)) ? 'text' : 'binary';
  const told = { rows, columns: TABLE_COLUMNS, bytes, seconds: ms / 1000, count: RUN_TABLES, numbers };
  return { SCRIPT_RUNNER_TABLES: JSON.stringify(told) };
}

export function keepTables(blobs: Pick<BlobStore, 'putStream'>, source: TableSource): TableKeeper {
  const { mask, write, limits } = source;
  const names = new Set<string>();
  const keys = new Set<string>();
  let leftBytes = limits.bytes * RUN_TABLE_BYTES;
  let last: Promise<void> = Promise.resolve();

  async function keep({ key, name, content, problem }: TableAnnouncement): Promise<void> {
    if (keys.has(key) || keys.size >= RUN_TABLES) return;
    keys.add(key);
    const refuse = (why: string) => write({ type: 'table-kept', key, problem: mask.text(why) });
    if (content === undefined) return refuse(problem || 'it could not be read');
    let refusal: string | undefined;
    await useFile(
      () => openTable(source.folder, key),
      async (file) => {
        const limitBytes = Math.min(limits.bytes * 1.1, leftBytes);
        if (file.sizeBytes > limitBytes) {
          refusal = `all tables of a report may have ${sizeWords(limits.bytes * RUN_TABLE_BYTES)} together (setting table_limit)`;
          return;
        }
        leftBytes -= file.sizeBytes;
        const { hash, sizeBytes } = await storeCompressed(blobs, mask, file, limitBytes);
        const table: RunTable = { key, name: nameOf(name, names, mask), ...masked(content, mask), hash, sizeBytes };
        await write({ type: 'table-kept', key, table });
      },
      (why) => (refusal = why),
    );
    if (refusal !== undefined) await refuse(refusal);
  }

  return {
    take(said) {
      if (!limits.isOn) return;
      last = last.then(() => keep(said));
      // it is thrown where it is waited for
      last.catch(() => undefined);
    },
    settle: () => last,
  };
}

async function openTable(folder: string, key: string): Promise<BeneathFile | undefined> {
  const root = await openFolder(folder);
  return openFileBeneath(root, [FOLDER, key]).finally(() => root.handle.close());
}

function storeCompressed(
  blobs: Pick<BlobStore, 'putStream'>,
  mask: Mask,
  file: BeneathFile,
  limitBytes: number,
): Promise<Blob> {
  const compressing = {
    putStream(chunks: AsyncIterable<Uint8Array>) {
      const gzip = createGzip({ level: 1 });
      // an error destroys both, and is thrown to the reader of the second
      pipeline(Readable.from(chunks), gzip, () => undefined);
      return blobs.putStream(gzip);
    },
  };
  return storeFile({ blobs: compressing, mask }, file, limitBytes);
}

function nameOf(wanted: string, taken: Set<string>, mask: Mask): string {
  const plain = wanted === '' ? `table-${taken.size + 1}` : safeFileName(mask.text(wanted)).slice(0, NAME_CHARS);
  const name = uniqueFileName(mask.text(plain), taken);
  taken.add(name);
  return name;
}

function masked(content: NonNullable<TableAnnouncement['content']>, mask: Mask) {
  return {
    ...content,
    columns: content.columns.map(({ name, type }) => ({ name: maskStart(mask, name, TEXT_CHARS), type })),
  };
}
