/** The operator's page: running and waiting runs, broken scripts, and the limits in force. */
import type { RunLimits } from '../../domain/run/run-limit.ts';
import type { ServerStatus } from '../../app/status-read.ts';
import type { ConnectionListings } from '../../domain/connection/connection.ts';
import type { Retention } from '../../domain/retention/retention.ts';
import type { OriginState } from '../../domain/script/script-origin.ts';
import type { Urls } from '../urls.ts';
import { cleanupView } from './admin-cleanup.ts';
import type { CleanupSource, CleanupView } from './admin-cleanup.ts';
import { failureViews, kernelsView, memoryText } from './admin-kernel.ts';
import type { FailureView, KernelsView } from './admin-kernel.ts';
import { type ScriptsSource, scriptsView, type ScriptsView } from './admin-script.ts';
import { sourceBlocks } from './admin-source.ts';
import { connectionsView } from './admin-connection.ts';
import type { ConnectionsView, Trial } from './admin-connection.ts';
import { QUEUE_LABELS } from '../message/message-queue.ts';
import { message } from '../message/message.ts';
import { rolledText } from '../revision.ts';
import { statusView } from '../outcome.ts';
import type { StatusView } from '../outcome.ts';
import { bytesText, numberText, spanText, timeView } from '../viewer.ts';
import type { TimeView, Viewer } from '../viewer.ts';
import { DAY_MS } from '../../domain/milliseconds.ts';

interface Item {
  readonly label: string;
  readonly value: string;
}

export interface AdminView extends ScriptsView {
  readonly active: readonly {
    readonly id: string;
    readonly title: string;
    readonly url: string;
    readonly status: StatusView;
    readonly at: TimeView;
    readonly memory: string;
    readonly by: string;
    readonly cancelUrl: string;
  }[];
  /** Undefined while saved scripts are noticed at once. */
  readonly watching: { readonly what: string; readonly remedy: string } | undefined;
  /** Scripts of which an earlier revision is published. */
  readonly rolled: readonly { readonly file: string; readonly url: string; readonly text: string }[];
  readonly connections: ConnectionsView;
  readonly clearing: CleanupView;
  readonly kernels: KernelsView;
  readonly failures: readonly FailureView[];
  readonly blocks: readonly { readonly title: string; readonly items: readonly Item[] }[];
  readonly accessUrl: string;
  readonly auditUrl: string;
  readonly sessionsUrl: string;
  readonly linksUrl: string;
  readonly metricsUrl: string;
  readonly openapiUrl: string;
}

export interface AdminSource extends ScriptsSource {
  readonly status: ServerStatus;
  readonly connections: ConnectionListings;
  /** The connection that was just tested. */
  readonly trial?: Trial | undefined;
  readonly kernels: readonly Item[];
  readonly limits: RunLimits;
  readonly retention: Retention;
  readonly clearing: CleanupSource;
  /** Undefined: the scripts are files of this machine. */
  readonly origin?: OriginState | undefined;
  readonly version: string;
  readonly timezone: string;
}

export function adminView(source: AdminSource, viewer: Viewer, urls: Urls): AdminView {
  const words = message.admin;
  const { status } = source;
  return {
    active: status.active.map((run) => ({
      id: run.id,
      title: run.title,
      url: urls.run(run.id),
      status: statusView(run.status),
      at: timeView(run.createdAtMs, viewer),
      by: run.by,
      memory: memoryText(status.memory.get(run.id) ?? 0, viewer),
      cancelUrl: urls.cancel(run.id),
    })),
    ...scriptsView(source, viewer, urls),
    watching: status.watchProblem && { what: status.watchProblem.what, remedy: status.watchProblem.remedy ?? '' },
    rolled: source.listings.flatMap(({ script }) => {
      const text = rolledText(script, viewer);
      return text === '' ? [] : [{ file: script.file, url: urls.revisions(script.name), text }];
    }),
    connections: connectionsView(source.connections, source.trial, viewer, urls),
    clearing: cleanupView(source.clearing, viewer, urls),
    kernels: kernelsView(status, viewer),
    failures: failureViews(status.failures, viewer, urls),
    blocks: [
      ...sourceBlocks(source.origin, viewer),
      {
        title: words.supply,
        items: [{ label: words.kernelReady, value: status.ready ? words.yes : words.no }, ...source.kernels],
      },
      { title: words.limits, items: limitItems(source, viewer) },
      {
        title: words.server,
        items: [
          { label: words.version, value: source.version },
          { label: words.timezone, value: source.timezone },
          { label: words.reports, value: numberText(source.listings.length, viewer) },
        ],
      },
    ],
    accessUrl: urls.access(),
    auditUrl: urls.audit(),
    sessionsUrl: urls.allSessions(),
    linksUrl: urls.allLinks(),
    metricsUrl: urls.metrics(),
    openapiUrl: urls.openapi(),
  };
}

function orNone(limit: number | undefined, viewer: Viewer): string {
  return limit === undefined ? message.admin.none : numberText(limit, viewer);
}

function limitItems({ limits, retention }: AdminSource, viewer: Viewer): Item[] {
  const words = message.admin;
  return [
    { label: words.concurrency, value: numberText(limits.concurrency, viewer) },
    { label: QUEUE_LABELS.queueLimit, value: numberText(limits.queueLimit, viewer) },
    { label: QUEUE_LABELS.userQueueLimit, value: orNone(limits.userQueueLimit, viewer) },
    { label: QUEUE_LABELS.scriptAtOnce, value: orNone(limits.atOnce?.script, viewer) },
    { label: QUEUE_LABELS.userAtOnce, value: orNone(limits.atOnce?.user, viewer) },
    { label: words.wall, value: spanText(limits.wallMs, viewer) },
    { label: words.cell, value: spanText(limits.cellMs, viewer) },
    { label: words.idle, value: limits.idleMs === undefined ? words.none : spanText(limits.idleMs, viewer) },
    { label: words.end, value: spanText(limits.endMs, viewer) },
    { label: words.waiting, value: spanText(limits.queueMs, viewer) },
    { label: words.outputs, value: bytesText(limits.outputBytes, viewer) },
    { label: words.displays, value: numberText(limits.outputCount, viewer) },
    { label: words.artifacts, value: bytesText(limits.artifactBytes, viewer) },
    { label: words.retain, value: words.days(numberText(Math.round(retention.ms / DAY_MS), viewer)) },
    { label: words.retainCount, value: numberText(retention.count, viewer) },
    { label: words.retainBytes, value: bytesText(retention.bytes, viewer) },
    { label: words.diskReserve, value: bytesText(limits.diskReserveBytes, viewer) },
  ];
}
