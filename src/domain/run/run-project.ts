/** The row of a run as a fold of its events: what lists, the API and the catalogue show without reading the log. */
import { snapshotSentence } from './run-message.ts';
import type { RunEvent, StoredEvent } from './run-event.ts';
import type { Run } from './run.ts';

/** The run after one more event. Results and artifacts with a known name replace the earlier ones. */
export function projectRun(run: Run, { event, atMs }: StoredEvent): Run {
  switch (event.type) {
    case 'run-queued':
      return { ...run, status: 'queued' };
    case 'run-requeued': {
      const { startedAtMs: _started, progress: _progress, ...kept } = run;
      return { ...kept, status: 'queued', results: [], artifacts: [] };
    }
    case 'run-started':
      return {
        ...run,
        status: 'starting',
        startedAtMs: atMs,
        attempt: event.attempt,
        cells: { total: stepsOf(event), done: 0 },
      };
    case 'kernel-ready':
      return {
        ...run,
        status: 'running',
        environment: event.environment + (event.packages === undefined ? '' : `, packages of ${event.packages.file}`),
        ...(event.snapshot === undefined ? {} : { dataAtMs: event.snapshot.takenAtMs }),
        ...(event.withoutSnapshot === undefined ? {} : { withoutSnapshot: snapshotSentence(event.withoutSnapshot) }),
      };
    case 'cell-finished':
      return event.injected === true ? run : { ...run, cells: { ...run.cells, done: run.cells.done + 1 } };
    case 'progress':
      return { ...run, progress: { fraction: event.fraction, text: event.text } };
    case 'result-published':
      return { ...run, results: putByName(run.results, { name: event.name, value: event.value }) };
    case 'artifact-added':
      return { ...run, artifacts: putByName(run.artifacts, event.artifact) };
    case 'artifact-removed':
      return { ...run, artifacts: run.artifacts.filter(({ name }) => name !== event.name) };
    case 'run-finished':
      return finish(run, event, atMs);
    case 'cell-started':
    case 'output-added':
    case 'stream-appended':
    case 'output-updated':
    case 'outputs-cleared':
    case 'widgets-changed':
    case 'notice':
    case 'file-kept':
    case 'table-kept':
      return run;
  }
}

/** Number of the author's steps: the cell that carries the values does not count. */
export function stepsOf({ cells, injected }: RunEvent & { readonly type: 'run-started' }): number {
  return injected === undefined ? cells : cells - 1;
}

function finish(run: Run, { outcome }: RunEvent & { readonly type: 'run-finished' }, atMs: number): Run {
  return { ...run, status: outcome.type, outcome, endedAtMs: atMs };
}

function putByName<T extends { readonly name: string }>(items: readonly T[], item: T): readonly T[] {
  const known = items.findIndex(({ name }) => name === item.name);
  return known === -1 ? [...items, item] : items.with(known, item);
}
