/** Reads pages of tables on a thread of its own, one after the other; it ends when nobody has asked for a while. */
import { createDocumentLimit } from '../document/document-limit.ts';
import { AppError } from '../domain/error.ts';
import type { BlobPlace } from '../domain/run/blob.ts';
import type { TablePager } from '../domain/run/table-page.ts';
import type { TablePageAnswer, TablePageQuestion } from './table-page-message.ts';
import { createThreadCalls, NoAnswer } from './thread-calls.ts';

/** For one page: the first of a table reads all of it, or sorts it. */
const LIMIT_MS = 30_000;
/** Tables stay open for the reader's next page. */
const IDLE_MS = 60_000;
/** Of values while they are read and sorted; tables that are open have memory beside it. */
const MEMORY_MB = 800;

export interface TablePageClient extends TablePager {
  close(): Promise<void>;
}

/** `blobs`: where the tables are stored. */
export function createTablePageClient(blobs: BlobPlace, limitMs = LIMIT_MS): TablePageClient {
  const limit = createDocumentLimit(1);
  const calls = createThreadCalls<TablePageQuestion, TablePageAnswer>({
    file: 'table-page-thread',
    name: 'table pages',
    memoryMb: MEMORY_MB,
    idleMs: IDLE_MS,
    limitMs,
  });
  return {
    async page({ hash }, query, signal) {
      const answer = await limit(signal, () => calls.ask({ blobs, hash, query })).catch((error: unknown) => {
        throw error instanceof NoAnswer ? tooMuch(error) : error;
      });
      if (answer.type === 'page') return answer.page;
      if (answer.type === 'gone') throw new AppError('gone', 'The bytes of this table were deleted.');
      if (answer.type === 'refused') throw new AppError('invalid', `This table cannot be shown: ${answer.why}.`);
      throw new AppError('internal', answer.message);
    },
    close: () => calls.close(),
  };
}

function tooMuch(cause: Error): AppError {
  const said = 'The table takes too long or too much memory to show. Download it instead.';
  return new AppError('unavailable', said, { retryAfterS: 60, cause });
}
