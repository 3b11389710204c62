/** What notebooks announce through the `script_runner` module, as events of the run. */
import type { Announcement } from './announcement.ts';
import type { OutputSink } from './output-sink.ts';

const RESULTS = 500;
/** As JSON; the module itself refuses more than 100 kB. */
const RESULT_CHARS = 110_000;

export function createAnnouncer(sink: OutputSink): (cell: number, said: Announcement) => Promise<void> {
  const results = new Set<string>();

  async function publish(cell: number, said: Announcement & { readonly kind: 'result' }): Promise<void> {
    const name = sink.mask.text(said.name);
    if (JSON.stringify(said.value).length > RESULT_CHARS || (!results.has(name) && results.size >= RESULTS)) {
      return sink.write({
        type: 'notice',
        cell,
        text: `The result “${name}” is not kept: a report may have ${RESULTS} results of 100 kB.`,
      });
    }
    results.add(name);
    await sink.write({ type: 'result-published', name, value: sink.mask.json(said.value) });
  }

  return async (cell, said) => {
    switch (said.kind) {
      case 'progress':
        return sink.write({ type: 'progress', fraction: said.fraction, text: sink.mask.text(said.text) });
      case 'result':
        return publish(cell, said);
      case 'download':
        return sink.artifacts.take(said.file, said.name);
      case 'stop':
        return;
    }
  };
}
