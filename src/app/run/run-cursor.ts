/** Where a page of the history begins, for those who may not know how many runs there are. */
import { AppError } from '../../domain/error.ts';
import type { RunPage, RunQuery } from '../../domain/run/run-store.ts';
import type { AppContext } from '../context.ts';

type Context = Pick<AppContext, 'seals'>;

/** Unlike the id of any run, by which passwords are sealed. */
const CONTEXT = 'a page of the history';

/** The page with its `next` sealed. */
export function sealCursor({ seals }: Context, page: RunPage): RunPage {
  if (page.next === undefined) return page;
  const sealed = Buffer.from(seals.seal({ next: page.next }, CONTEXT), 'base64');
  return { ...page, next: sealed.toString('base64url') };
}

/** What the store understands. Throws `invalid` for what `sealCursor` did not make. */
export function openCursor({ seals }: Context, { cursor }: Pick<RunQuery, 'cursor'>): Pick<RunQuery, 'cursor'> {
  if (cursor === undefined) return {};
  try {
    const { next } = seals.open(Buffer.from(cursor, 'base64url').toString('base64'), CONTEXT);
    return next === undefined ? {} : { cursor: next };
  } catch (error) {
    const what = 'This page address is not valid. Start from the first page.';
    throw new AppError('invalid', what, { cause: error });
  }
}
