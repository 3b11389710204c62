/** Asks the page around the frame for rows of kept tables, and passes its answers to those who asked. */
import type { FromFrame, ToFrame } from '../../domain/report/frame-message.ts';
import type { TablePage } from '../../domain/run/table-page.ts';
import { RowsFailure, type AskRows } from './table-pages.ts';

/** The page answers earlier, also where the server does not. */
const PATIENCE_MS = 90_000;
const UNKNOWN = { said: '', mayRetry: true };

export interface TableAsker {
  readonly ask: AskRows;
  hear(answer: ToFrame & { readonly type: 'rows' }): void;
}

/** `ask` rejects with a RowsFailure. */
export function createTableAsker(tell: (message: FromFrame) => void): TableAsker {
  const waiting = new Map<number, PromiseWithResolvers<TablePage>>();
  let count = 0;
  return {
    async ask(wanted) {
      count += 1;
      const request = count;
      const answer = Promise.withResolvers<TablePage>();
      waiting.set(request, answer);
      const clock = setTimeout(() => answer.reject(new RowsFailure(UNKNOWN)), PATIENCE_MS);
      tell({ type: 'rows', request, ...wanted });
      return answer.promise.finally(() => {
        clearTimeout(clock);
        waiting.delete(request);
      });
    },
    hear({ request, page, problem = UNKNOWN }) {
      if (page === undefined) waiting.get(request)?.reject(new RowsFailure(problem));
      else waiting.get(request)?.resolve(page);
    },
  };
}
