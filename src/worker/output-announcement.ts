/** What notebooks announce through the `script_runner` module, as events of the run. */
import type { Announcement } from './announcement.ts';
import { maskStart } from '../domain/mask/mask-stream.ts';
import { maskValue } from './output-mask.ts';
import type { OutputSink } from './output-sink.ts';

const RESULTS = 500;
const TEXT_CHARS = 500;
const NAME_CHARS = 200;
/** As JSON; the module itself refuses more than 100 kB. */
const RESULT_CHARS = 110_000;

export function createAnnouncer(sink: OutputSink): (cell: number, said: Announcement) => Promise<void> {
  const results = new Set<string>();

  async function publish(cell: number, said: Announcement & { readonly kind: 'result' }): Promise<void> {
    const name = maskStart(sink.mask, said.name, NAME_CHARS);
    if (JSON.stringify(said.value).length > RESULT_CHARS || (!results.has(name) && results.size >= RESULTS)) {
      return sink.write({
        type: 'notice',
        cell,
        text: `The result “${name}” is not kept: a report may have ${RESULTS} results of 100 kB.`,
      });
    }
    results.add(name);
    await sink.write({ type: 'result-published', name, value: await maskValue(sink.mask, said.value) });
  }

  return async (cell, said) => {
    switch (said.kind) {
      case 'progress':
        return sink.write({
          type: 'progress',
          fraction: said.fraction,
          text: maskStart(sink.mask, said.text, TEXT_CHARS),
        });
      case 'result':
        return publish(cell, said);
      case 'download':
        return sink.artifacts.take(said.file, said.name);
      case 'stop':
        return;
    }
  };
}
