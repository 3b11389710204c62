/** A run as `--json` prints it: the fields of the API that make sense without a server. */
import type { Run } from '../../domain/run/run.ts';

export function runSummary(run: Run): object {
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  return {
    id: run.id,
    script: run.script,
    revision: run.revision,
    parameters: run.parameters,
    status: run.status,
    outcome: run.outcome,
    timezone: run.timezone,
    environment: run.environment,
    serverVersion: run.serverVersion,
    createdAt: iso(run.createdAtMs),
    startedAt: iso(run.startedAtMs),
    endedAt: iso(run.endedAtMs),
    cells: run.cells,
    results: run.results,
    artifacts: run.artifacts.map(({ name, mime, sizeBytes }) => ({ name, mime, sizeBytes })),
  };
}
