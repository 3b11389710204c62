/** What a cell prints: masked across pieces, bounded, in events of a bounded size. */
import { setImmediate as letOthers } from 'node:timers/promises';
import { SLICE_CHARS } from '../../domain/mask/mask-stream.ts';
import { createTerminalMask } from '../../domain/mask/mask-terminal.ts';
import { ENTRY_BYTES } from './output-limit.ts';
import { noticeCut, type OutputSink } from './output-sink.ts';
import { STREAM_EVENT_CHARS } from '../run-writer.ts';

type StreamName = 'stdout' | 'stderr';

export interface OutputStreams {
  print(cell: number, name: StreamName, text: string): Promise<void>;
  /** Writes what was held back as the possible beginning of a secret, before anything else is shown. */
  settle(cell: number): Promise<void>;
}

export function createOutputStreams(sink: OutputSink): OutputStreams {
  /** What was printed last: another stream starts another entry of the log. */
  let last = '';
  const streams = { stdout: createTerminalMask(sink.mask), stderr: createTerminalMask(sink.mask) };

  /** False once there is no more room. */
  async function append(cell: number, name: StreamName, text: string): Promise<boolean> {
    if (text === '') return true;
    const place = `${cell} ${name}`;
    if (last !== '' && place !== last) sink.budget.takeText(ENTRY_BYTES);
    last = place;
    const kept = text.slice(0, sink.budget.takeText(text.length));
    for (let at = 0; at < kept.length; at += STREAM_EVENT_CHARS) {
      await sink.write({ type: 'stream-appended', cell, name, text: kept.slice(at, at + STREAM_EVENT_CHARS) });
    }
    if (kept.length < text.length) await noticeCut(sink, cell);
    return kept.length === text.length;
  }

  /** In slices: what does not fit is not masked, and a long text does not block this thread. */
  async function print(cell: number, name: StreamName, text: string): Promise<void> {
    for (let at = 0; at < text.length; at += SLICE_CHARS) {
      if (!(await append(cell, name, streams[name].push(text.slice(at, at + SLICE_CHARS))))) return;
      if (at > 0 && !sink.mask.isEmpty) await letOthers();
    }
  }

  return {
    print,
    async settle(cell) {
      for (const name of ['stdout', 'stderr'] as const) await append(cell, name, streams[name].end());
    },
  };
}
