import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import { projectRun } from '../../../src/domain/run/run-project.ts';
import type { Run } from '../../../src/domain/run/run.ts';

const RUN: Run = {
  id: 'a',
  script: 's',
  title: 'S',
  revision: 'r',
  given: {},
  parameters: {},
  status: 'queued',
  priority: 'interactive',
  by: 'viewer',
  trigger: 'form',
  attempt: 1,
  timezone: 'UTC',
  serverVersion: '1',
  createdAtMs: 1,
  pinned: false,
  cells: { total: 0, done: 0 },
  results: [],
  artifacts: [],
};
const project = (...events: RunEvent[]) =>
  events.reduce((run, event, index) => projectRun(run, { seq: index + 1, atMs: 100 + index, event }), RUN);

describe('a run as a fold of its events', () => {
  it('goes from start to end', () => {
    const started: RunEvent = { type: 'run-started', attempt: 2, worker: 'w', cells: 3 };
    expect(project(started)).toMatchObject({
      status: 'starting',
      startedAtMs: 100,
      attempt: 2,
      cells: { total: 3, done: 0 },
    });
    const outcome = { type: 'failed', cell: 1, exception: { name: 'E', value: 'v' } } as const;
    expect(
      project(
        started,
        { type: 'kernel-ready', supply: 'cold', ms: 1, environment: 'Python' },
        { type: 'cell-finished', cell: 0, status: 'ok', ms: 1 },
        { type: 'run-finished', outcome },
      ),
    ).toMatchObject({ status: 'failed', outcome, endedAtMs: 103, environment: 'Python', cells: { total: 3, done: 1 } });
  });

  it('counts the steps of the author, not the cell that carries the values', () => {
    const started: RunEvent = {
      type: 'run-started',
      attempt: 1,
      worker: 'w',
      cells: 3,
      injected: { at: 1, source: 'n = 1', replaces: false },
    };
    expect(
      project(
        started,
        { type: 'cell-finished', cell: 0, status: 'ok', ms: 1 },
        { type: 'cell-finished', cell: 1, status: 'ok', ms: 1, injected: true },
      ),
    ).toMatchObject({ cells: { total: 2, done: 1 } });
  });

  it('replaces results and artifacts of a known name, in place', () => {
    const result = (name: string, value: number): RunEvent => ({ type: 'result-published', name, value });
    expect(project(result('a', 1), result('b', 2), result('a', 3)).results).toEqual([
      { name: 'a', value: 3 },
      { name: 'b', value: 2 },
    ]);
  });

  it('is not touched by what only the report shows', () => {
    expect(
      project(
        { type: 'stream-appended', cell: 0, name: 'stdout', text: 'x' },
        { type: 'notice', text: 'x' },
        { type: 'cell-started', cell: 0 },
      ),
    ).toEqual(RUN);
  });
});
