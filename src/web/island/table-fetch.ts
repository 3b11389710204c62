/** Fetches a page of rows from the server; a failure becomes a sentence for the reader. */
import type { RowsProblem } from '../../domain/report/frame-message.ts';
import type { TablePage } from '../../domain/run/table-page.ts';
import { WORDS } from '../../render/report-text.ts';

export type RowsAnswer = { readonly page: TablePage } | { readonly problem: RowsProblem };

/** Another request, or time, does not change these: expired, deleted, not allowed, or too large a table. */
const FINAL = new Set([400, 403, 404, 410, 413, 422]);

/** Never throws. */
export async function fetchRows(address: string, signal: AbortSignal): Promise<RowsAnswer> {
  let response: Response;
  let said: (TablePage & { readonly detail?: unknown }) | undefined;
  try {
    response = await fetch(address, { signal });
    const text = await response.text();
    said = parsed(text);
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    return { problem: { said: isLate ? WORDS.rowsLate : WORDS.rowsUnreachable, mayRetry: true } };
  }
  if (response.ok && said !== undefined) return { page: said };
  const mayRetry = !FINAL.has(response.status);
  if (typeof said?.detail === 'string') return { problem: { said: said.detail, mayRetry } };
  return { problem: { said: mayRetry ? '' : WORDS.rowsGone, mayRetry } };
}

/** Undefined for a text that is no JSON object, such as the error page of a proxy. */
function parsed(text: string): (TablePage & { readonly detail?: unknown }) | undefined {
  try {
    const value = JSON.parse(text) as TablePage | null;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
