/** What a cell prints: masked across pieces, bounded, in events of a bounded size. */
import { createMaskStream } from '../domain/mask-stream.ts';
import { noticeCut, type OutputSink } from './output-sink.ts';
import { STREAM_EVENT_CHARS } from './run-writer.ts';

type StreamName = 'stdout' | 'stderr';

export interface OutputStreams {
  print(cell: number, name: StreamName, text: string): Promise<void>;
  /** Writes what was held back as the possible beginning of a secret: before anything else is shown. */
  settle(cell: number): Promise<void>;
}

export function createOutputStreams(sink: OutputSink): OutputStreams {
  const streams = { stdout: createMaskStream(sink.mask), stderr: createMaskStream(sink.mask) };

  async function append(cell: number, name: StreamName, text: string): Promise<void> {
    if (text === '') return;
    const kept = text.slice(0, sink.budget.takeText(text.length));
    for (let at = 0; at < kept.length; at += STREAM_EVENT_CHARS) {
      await sink.write({ type: 'stream-appended', cell, name, text: kept.slice(at, at + STREAM_EVENT_CHARS) });
    }
    if (kept.length < text.length) await noticeCut(sink, cell);
  }

  return {
    print: (cell, name, text) => append(cell, name, streams[name].push(text)),
    async settle(cell) {
      for (const name of ['stdout', 'stderr'] as const) await append(cell, name, streams[name].end());
    },
  };
}
