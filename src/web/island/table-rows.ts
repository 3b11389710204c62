/** Reads rows of kept tables for the report in its frame, which reaches no server: those of its own run only. */
import type { FromFrame } from '../../domain/report/frame-message.ts';
import { sendToFrame } from './frame-port.ts';
import { createRate } from './rate.ts';
import { isActive } from './reader.ts';
import { fetchRows, type RowsAnswer } from './table-fetch.ts';

/** The server gives up before that. */
const LIMIT_MS = 75_000;
/** A reader who types asks a few times per second. */
const mayRead = createRate(12, 4);
/** By table: the reader wants the latest rows only. */
const reading = new Map<string, AbortController>();

/** Answers the frame with a page, or with the reason why there is none. */
export async function readRows(
  frame: HTMLIFrameElement,
  { request, table, query }: FromFrame & { readonly type: 'rows' },
): Promise<void> {
  const answer = (said: RowsAnswer) => {
    // another report may be shown by now
    if (frame.isConnected) sendToFrame({ type: 'rows', request, ...said });
  };
  const { files: own, filesAt: files = own } = frame.dataset;
  if (files === undefined || !mayRead() || !(await isActive()))
    return answer({ problem: { said: '', mayRetry: true } });
  reading.get(table)?.abort();
  const left = new AbortController();
  reading.set(table, left);
  try {
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(LIMIT_MS)]);
    answer(await fetchRows(`${files}tables/${encodeURIComponent(table)}/rows?${queryText(query)}`, signal));
  } finally {
    if (reading.get(table) === left) reading.delete(table);
  }
}

function queryText({ offset, limit, sort, filters }: (FromFrame & { readonly type: 'rows' })['query']): string {
  const query = new URLSearchParams({ offset: String(offset), limit: String(limit) });
  if (sort !== undefined) {
    query.set('sort', String(sort.column));
    query.set('order', sort.isDescending ? 'descending' : 'ascending');
  }
  for (const { column, text } of filters) query.append('filter', `${String(column)}:${text}`);
  return query.toString();
}
