/** The thread that reads pages of tables. Those that were read last stay open, within a bound of memory. */
import { parentPort } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { BlobPlace } from '../domain/run/blob.ts';
import { openBlobReader } from '../store/blob/blob-place.ts';
import { TableError } from '../table/table-error.ts';
import { readIntoMemory } from '../table/table-open.ts';
import { createPages, type TablePages } from '../table/table-page.ts';
import type { TablePageAnswer, TablePageQuestion } from './table-page-message.ts';

/** Of one table, which may have the largest size that settings allow for a kept one, and of all together. */
const TABLE_BYTES = 300_000_000;
const ALL_BYTES = 400_000_000;

const port = parentPort!;
const open = new LRUCache<string, TablePages>({
  maxSize: ALL_BYTES,
  sizeCalculation: ({ bytes }) => Math.max(1, bytes),
});

async function pagesOf({ blobs, hash }: TablePageQuestion): Promise<TablePages | undefined> {
  const pages = open.get(hash) ?? (await read(blobs, hash));
  if (pages !== undefined) open.set(hash, pages);
  return pages;
}

async function read(place: BlobPlace, hash: string): Promise<TablePages | undefined> {
  const blob = await (await openBlobReader(place)).open(hash);
  if (blob === undefined) return undefined;
  // room for it, before it is in memory
  while (open.calculatedSize > ALL_BYTES - TABLE_BYTES) open.pop();
  return createPages(await readIntoMemory(blob.stream, TABLE_BYTES));
}

async function answer(question: TablePageQuestion): Promise<TablePageAnswer> {
  try {
    const pages = await pagesOf(question);
    return pages === undefined ? { type: 'gone' } : { type: 'page', page: pages.page(question.query) };
  } catch (error) {
    if (error instanceof TableError) return { type: 'refused', why: error.message };
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (question: TablePageQuestion) => void answer(question).then((said) => port.postMessage(said)));
