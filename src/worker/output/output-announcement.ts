/** What notebooks announce through the `script_runner` module, as events of the run. */
import type { Announcement } from '../announcement.ts';
import { maskStart } from '../../domain/mask/mask-stream.ts';
import { maskValue } from './output-mask.ts';
import { noticeCut, noticeLeft, type OutputSink } from './output-sink.ts';

const RESULTS = 500;
const TEXT_CHARS = 500;
const NAME_CHARS = 200;
/** As JSON; the module itself refuses more than 100 kB. */
const RESULT_CHARS = 110_000;
/** Total of the latest values: the row of the run contains them, and each new value rewrites them. */
const RESULTS_CHARS = 2_000_000;

export function createAnnouncer(sink: OutputSink): (cell: number, said: Announcement) => Promise<void> {
  /** Length of each result's latest value, by name. */
  const results = new Map<string, number>();
  let resultChars = 0;

  async function publish(cell: number, said: Announcement & { readonly kind: 'result' }): Promise<void> {
    const name = maskStart(sink.mask, said.name, NAME_CHARS);
    const chars = JSON.stringify(said.value).length;
    const before = results.get(name);
    const all = resultChars - (before ?? 0) + chars;
    if (chars > RESULT_CHARS || all > RESULTS_CHARS || (before === undefined && results.size >= RESULTS)) {
      const text = `The result “${name}” is not kept: a report may have ${RESULTS} results of 100 kB each and 2 MB in total.`;
      return noticeLeft(sink, cell, 'result', text);
    }
    if (!sink.budget.takeEntry(name.length + chars)) return noticeCut(sink, cell);
    results.set(name, chars);
    resultChars = all;
    await sink.write({ type: 'result-published', name, value: await maskValue(sink.mask, said.value) });
  }

  return async (cell, said) => {
    switch (said.kind) {
      case 'progress': {
        const text = maskStart(sink.mask, said.text, TEXT_CHARS);
        if (!sink.budget.takeEntry(text.length)) return noticeCut(sink, cell);
        return sink.write({ type: 'progress', fraction: said.fraction, text });
      }
      case 'result':
        return publish(cell, said);
      case 'download':
        return sink.budget.takePiece(said.file.length + said.name.length)
          ? sink.artifacts.take(said.file, said.name)
          : noticeCut(sink, cell);
      case 'table':
        return sink.budget.takeEntry(JSON.stringify(said).length) ? sink.tables.take(said) : noticeCut(sink, cell);
      case 'long':
        return noticeLeft(sink, cell, 'message', 'A result is not kept: it is too long.');
      case 'choices':
      case 'stop':
        return;
    }
  };
}
