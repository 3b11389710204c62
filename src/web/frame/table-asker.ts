/** Asks the page around the frame for rows of kept tables, and passes its answers to those who asked. */
import type { FromFrame, ToFrame } from '../../domain/report/frame-message.ts';
import type { TablePage } from '../../domain/run/table-page.ts';
import type { AskRows } from './table-pages.ts';

/** The page answers earlier, also where the server does not. */
const PATIENCE_MS = 90_000;

export interface TableAsker {
  readonly ask: AskRows;
  hear(answer: ToFrame & { readonly type: 'rows' }): void;
}

/** `ask` rejects with an Error that has a sentence for the reader; an empty one if nothing is known. */
export function createTableAsker(tell: (message: FromFrame) => void): TableAsker {
  const waiting = new Map<number, PromiseWithResolvers<TablePage>>();
  let count = 0;
  return {
    async ask(wanted) {
      count += 1;
      const request = count;
      const answer = Promise.withResolvers<TablePage>();
      waiting.set(request, answer);
      const clock = setTimeout(() => answer.reject(new Error('')), PATIENCE_MS);
      tell({ type: 'rows', request, ...wanted });
      return answer.promise.finally(() => {
        clearTimeout(clock);
        waiting.delete(request);
      });
    },
    hear({ request, page, problem = '' }) {
      if (page === undefined) waiting.get(request)?.reject(new Error(problem));
      else waiting.get(request)?.resolve(page);
    },
  };
}
