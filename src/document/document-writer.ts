/** Writes documents with the outside programs of this machine, a few at once. */
import type { DocumentWriter } from '../domain/report/document-writer.ts';
import { AppError } from '../domain/error.ts';
import { createDocumentLimit } from './document-limit.ts';
import { FORMATS } from './format/all.ts';
import { sweepPrivateFolders } from './private-folder.ts';
import { ProgramError, unprivilegedUser } from './program.ts';
import { createTools, type ToolOptions } from './tool.ts';

export interface DocumentWriterOptions extends ToolOptions {
  readonly timeMs: number;
  readonly memoryBytes: number;
}

const AT_ONCE = 2;

export function createDocumentWriter({ timeMs, memoryBytes, ...options }: DocumentWriterOptions): DocumentWriter {
  const tools = createTools(options);
  const limited = createDocumentLimit(AT_ONCE);
  const closing = new AbortController();
  const active = new Set<Promise<unknown>>();
  /** Once, beside the first document. */
  let swept: Promise<void> | undefined;
  const formatOf = (name: string) => FORMATS.find((format) => format.name === name);

  return {
    formats: FORMATS,
    missing: async (name) => formatOf(name)?.missing(tools),
    async write(name, source, signal = new AbortController().signal) {
      const format = formatOf(name);
      if (format === undefined) throw new AppError('invalid', `There is no format ${name}.`);
      const stop = AbortSignal.any([signal, closing.signal]);
      swept ??= sweepPrivateFolders([process.getuid?.(), unprivilegedUser()?.uid].filter((uid) => uid !== undefined));
      const work = limited(stop, () => format.write(tools, source, { timeMs, memoryBytes, signal: stop }));
      active.add(work);
      try {
        return await work;
      } catch (error) {
        if (closing.signal.aborted) throw new AppError('unavailable', 'The server is stopping.', { cause: error });
        throw error instanceof ProgramError ? unavailable(format.label, error) : error;
      } finally {
        active.delete(work);
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled([...active, swept]);
    },
  };
}

function unavailable(label: string, cause: ProgramError): AppError {
  const { problem, message } = cause;
  switch (problem) {
    case 'time':
      return new AppError(
        'unavailable',
        `${label}: this report takes too long. The operator can raise the setting export_time.`,
        { cause },
      );
    case 'memory':
      return new AppError(
        'unavailable',
        `${label}: this report needs too much memory. The operator can raise the setting export_memory.`,
        { cause },
      );
    case 'start':
      return new AppError('unavailable', `${label}: the program of the server that writes it cannot start.`, { cause });
    case 'failed':
      return new AppError('internal', `${label} could not be written: ${message}`, { cause });
  }
}
