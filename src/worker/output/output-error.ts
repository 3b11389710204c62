/** An exception, as the viewer and the author read it. */
import type { KernelMessage } from '../../domain/kernel/kernel.ts';
import { createTerminalMask } from '../../domain/mask/mask-terminal.ts';
import type { Mask } from '../../domain/mask/mask.ts';
import type { Exception } from '../../domain/run/run.ts';
import { withoutEscapes } from '../../domain/text/ansi.ts';
import { maskPrinted } from './output-mask.ts';
import { noticeCut, type OutputSink } from './output-sink.ts';

const TRACEBACK_CHARS = 100_000;
/** Total size of all tracebacks of a run; later ones are shortened. */
const TRACEBACKS_CHARS = 5_000_000;
const SENTENCE_CHARS = 2000;
/** Of a text that will be cut, this much more is masked: masked text may be shorter. */
const SPARE = 4;
/** The error that ends a run is shown even when nothing else is any more: this much may exceed the run's bounds. */
const ERRORS_BEYOND = 10;

/** Returns a function that shows errors of one run. That function returns the exception without colours. */
export function createErrorDisplay(
  sink: OutputSink,
): (
  cell: number,
  error: KernelMessage & { readonly type: 'error' },
  write?: OutputSink['write'],
) => Promise<Exception> {
  let beyond = 0;
  let left = TRACEBACKS_CHARS;
  return async (cell, error, write = sink.write) => {
    const name = await readSentence(sink.mask, error.name);
    const value = await readSentence(sink.mask, error.value);
    const most = Math.max(SENTENCE_CHARS, Math.min(TRACEBACK_CHARS, left));
    const traceback = await readTraceback(sink.mask, error.traceback, most);
    left -= traceback.length;
    const isWithin = sink.budget.takePiece(name.length + value.length + traceback.length);
    if (!isWithin) await noticeCut(sink, cell);
    if (isWithin || beyond++ < ERRORS_BEYOND) {
      const output = { type: 'error', name, value, traceback: traceback.split('\n') } as const;
      await write({ type: 'output-added', cell, output });
    }
    return { name, value };
  };
}

/** A text of the notebook that becomes part of an outcome: masked, without colours, bounded. */
export async function readSentence(mask: Mask, text: string): Promise<string> {
  return withoutEscapes(await maskHead(mask, text, SENTENCE_CHARS)).slice(0, SENTENCE_CHARS);
}

/**
 * The first and the last lines, if there are too many. Only what may be shown is masked, whatever a notebook raises.
 */
async function readTraceback(mask: Mask, lines: readonly string[], limitChars: number): Promise<string> {
  const text = lines.join('\n');
  const half = Math.floor(limitChars / 2);
  if (text.length <= SPARE * limitChars) {
    const masked = await maskPrinted(mask, text);
    return masked.length <= limitChars ? masked : `${masked.slice(0, half)}\n… cut …\n${masked.slice(-half)}`;
  }
  const tail = text.slice(-SPARE * half);
  // its first line may begin within a secret
  const masked = await maskPrinted(mask, tail.slice(tail.indexOf('\n') + 1));
  return `${(await maskHead(mask, text, half)).slice(0, half)}\n… cut …\n${masked.slice(-half)}`;
}

/** At least the first `chars` of the masked text, never a part of a secret at its end. */
async function maskHead(mask: Mask, text: string, chars: number): Promise<string> {
  if (text.length <= SPARE * chars) return maskPrinted(mask, text);
  return createTerminalMask(mask).push(text.slice(0, SPARE * chars));
}
