/** A script, a run and a viewer, of which each test changes one thing. */
import { VIEWER } from '../../src/domain/access/access.ts';
import { NO_PARAMETERS } from '../../src/domain/parameter/parameter.ts';
import type { Run } from '../../src/domain/run/run.ts';
import type { Script } from '../../src/domain/script/script.ts';
import type { Viewer } from '../../src/page/viewer.ts';

export const NOW_MS = Date.UTC(2026, 0, 31, 12, 0, 0);

export const viewer: Viewer = {
  actor: VIEWER,
  locale: 'en-GB',
  timezone: 'Europe/Berlin',
  theme: 'auto',
  nowMs: NOW_MS,
};

export function script(change: Partial<Script> = {}): Script {
  return {
    name: 'sales/weekly',
    file: 'sales/weekly.ipynb',
    title: 'Weekly sales',
    description: 'Revenue by region.',
    folder: 'sales',
    tags: [],
    language: 'python',
    revision: 'a'.repeat(64),
    updatedAtMs: NOW_MS - 86_400_000,
    state: 'ready',
    schema: {
      ...NO_PARAMETERS,
      properties: {
        region: {
          type: 'string',
          enum: ['EU', 'US'],
          default: 'EU',
          title: 'Region',
          'x-labels': ['Europe', 'America'],
        },
        since: { type: 'string', format: 'date', default: '-28d', description: 'First day.' },
        rows: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
        token: { type: 'string', format: 'password' },
      },
    },
    options: { showCode: false, downloads: [] },
    ...change,
  };
}

export function run(change: Partial<Run> = {}): Run {
  return {
    id: 'abcdefghijklmnopqrstuvwxyz',
    script: 'sales/weekly',
    title: 'Weekly sales',
    revision: 'a'.repeat(64),
    given: { region: 'US', since: '-7d', token: '********' },
    parameters: { region: 'US', since: '2026-01-24', rows: 50, token: '********' },
    status: 'succeeded',
    outcome: { type: 'succeeded' },
    by: 'viewer',
    priority: 'interactive',
    trigger: 'form',
    attempt: 1,
    timezone: 'Europe/Berlin',
    serverVersion: '0.1.0',
    createdAtMs: NOW_MS - 7_210_000,
    startedAtMs: NOW_MS - 7_209_000,
    endedAtMs: NOW_MS - 7_200_000,
    expiresAtMs: NOW_MS + 864_000_000,
    pinned: false,
    cells: { total: 9, done: 9 },
    results: [],
    artifacts: [],
    ...change,
  };
}
