/** Converts between a row of `runs` and a `Run`. */
import type { Insertable, Selectable } from 'kysely';
import type { NewRun } from '../../domain/run/run-store.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { parseExactJson } from '../../domain/text/json-exact.ts';
import type { Run } from '../../domain/run/run.ts';
import { needsText, readNeeds } from '../../domain/run/placement.ts';
import { isFinal, PRIORITIES } from '../../domain/run/run.ts';
import { membersText } from '../quota.ts';
import type { RunTable } from '../schema.ts';

export type RunRow = Selectable<RunTable>;
/** Without what only the queue needs. */
export type ReadableRow = Omit<RunRow, 'turn' | 'script_turn' | 'script_limit' | 'person' | 'quota_members'>;

/** How long reports are kept. A run's own time is in its row. */
export interface RetainTimes {
  /** Default of the settings; Infinity: never expires. */
  readonly retainMs: number;
  /** The settings' time for a script, by name, has precedence. */
  readonly ruleMs?: ((script: string) => number | undefined) | undefined;
}

export function readRow(row: ReadableRow, retain: RetainTimes): Run {
  const expiresAtMs = (row.ended_at_ms ?? Infinity) + (retain.ruleMs?.(row.script) ?? row.retain_ms ?? retain.retainMs);
  return {
    id: row.id,
    script: row.script,
    title: row.title,
    revision: row.revision,
    given: parseExactJson(row.given) as JsonObject,
    parameters: parseExactJson(row.parameters) as JsonObject,
    status: row.status,
    by: row.submitted_by,
    trigger: row.trigger,
    priority: PRIORITIES[row.priority] ?? 'batch',
    attempt: row.attempt,
    timezone: row.timezone,
    serverVersion: row.server_version,
    createdAtMs: row.created_at_ms,
    pinned: row.pinned === 1,
    cells: { total: row.cells_total, done: row.cells_done },
    results: JSON.parse(row.results),
    artifacts: JSON.parse(row.artifacts),
    ...(row.outcome === null ? {} : { outcome: JSON.parse(row.outcome) }),
    ...(row.sidecar === null ? {} : { sidecar: JSON.parse(row.sidecar) }),
    ...(row.bundle === null ? {} : { bundle: row.bundle }),
    ...(row.source_commit === null ? {} : { commit: row.source_commit }),
    ...packagesOf(row),
    ...(row.parent === null ? {} : { parent: row.parent }),
    ...(row.environment === null ? {} : { environment: row.environment }),
    ...(row.data_at_ms === null ? {} : { dataAtMs: row.data_at_ms }),
    ...(row.without_snapshot === null ? {} : { withoutSnapshot: row.without_snapshot }),
    ...(row.started_at_ms === null ? {} : { startedAtMs: row.started_at_ms }),
    ...(row.ended_at_ms === null ? {} : { endedAtMs: row.ended_at_ms }),
    ...(row.progress === null ? {} : { progress: JSON.parse(row.progress) }),
    ...(row.deleted_at_ms === null ? {} : { deletedAtMs: row.deleted_at_ms }),
    ...(row.pinned === 1 || row.deleted_at_ms !== null || !Number.isFinite(expiresAtMs) ? {} : { expiresAtMs }),
  };
}

function packagesOf({ needs }: ReadableRow): Pick<Run, 'packages'> {
  const packages = needs === null ? undefined : readNeeds(needs).packages;
  return packages === undefined ? {} : { packages };
}

export function newRow(run: NewRun, atMs: number, secrets: string | null): Insertable<RunTable> {
  return {
    id: run.id,
    script: run.script,
    title: run.title,
    revision: run.revision,
    sidecar: run.sidecar === undefined ? null : JSON.stringify({ file: run.sidecar.file, hash: run.sidecar.hash }),
    given: JSON.stringify(run.given),
    parameters: JSON.stringify(run.parameters),
    status: 'queued',
    submitted_by: run.by,
    trigger: run.trigger,
    parent: run.parent ?? null,
    attempt: 0,
    timezone: run.timezone,
    server_version: run.serverVersion,
    created_at_ms: atMs,
    pinned: 0,
    retain_ms: run.retainMs ?? null,
    cells_total: 0,
    cells_done: 0,
    results: '[]',
    artifacts: '[]',
    last_seq: 0,
    log_bytes: 0,
    idempotency_key: run.idempotencyKey ?? null,
    secrets,
    priority: PRIORITIES.indexOf(run.priority ?? 'interactive'),
    script_limit: run.scriptLimit ?? null,
    bundle: run.bundle?.hash ?? null,
    source_commit: run.commit ?? null,
    needs: run.needs === undefined ? null : needsText(run.needs),
    person: run.person === undefined ? null : JSON.stringify(run.person),
    quota_members: membersText(run.quotaMembers),
  };
}

/** The columns that events change (see `domain/run-project`); documents that may be long only if they changed. */
export function projectedColumns(before: Run, run: Run) {
  return {
    status: run.status,
    outcome: run.outcome === undefined ? null : JSON.stringify(run.outcome),
    environment: run.environment ?? null,
    data_at_ms: run.dataAtMs ?? null,
    without_snapshot: run.withoutSnapshot ?? null,
    started_at_ms: run.startedAtMs ?? null,
    ended_at_ms: run.endedAtMs ?? null,
    cells_total: run.cells.total,
    cells_done: run.cells.done,
    progress: run.progress === undefined ? null : JSON.stringify(run.progress),
    ...(run.results === before.results ? {} : { results: JSON.stringify(run.results) }),
    ...(run.artifacts === before.artifacts ? {} : { artifacts: JSON.stringify(run.artifacts) }),
    ...(isFinal(run.status) ? { secrets: null } : {}),
  };
}
