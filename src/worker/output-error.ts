/** An exception, as the viewer and the author will read it. */
import type { KernelMessage } from '../domain/kernel/kernel.ts';
import type { Exception } from '../domain/run/run.ts';
import { maskPrinted } from './output-mask.ts';
import type { OutputSink } from './output-sink.ts';

const TRACEBACK_CHARS = 100_000;
const EXCEPTION_CHARS = 2000;

/** Shown whatever the run's bounds say, in bounds of its own; answers the exception without colours. */
export async function showError(
  { mask, write }: OutputSink,
  cell: number,
  error: KernelMessage & { readonly type: 'error' },
): Promise<Exception> {
  const shorten = async (text: string) => plain(await maskPrinted(mask, text)).slice(0, EXCEPTION_CHARS);
  const [name, value] = [await shorten(error.name), await shorten(error.value)];
  const traceback = cutMiddle(await maskPrinted(mask, error.traceback.join('\n'))).split('\n');
  await write({ type: 'output-added', cell, output: { type: 'error', name, value, traceback } });
  return { name, value };
}

/** Without the escape sequences that colour terminals. */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}

function cutMiddle(text: string): string {
  if (text.length <= TRACEBACK_CHARS) return text;
  return `${text.slice(0, TRACEBACK_CHARS / 2)}\n… cut …\n${text.slice(-TRACEBACK_CHARS / 2)}`;
}
