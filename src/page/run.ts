/** What a page shows of one run: its bar (status and progress), its actions and its details. */
import { OWN_FORMATS, type ExportState } from '../app/export-list.ts';
import { isAuthor, makerFor, permits } from '../domain/access/access.ts';
import { spanWords } from '../domain/run/run-message.ts';
import type { Json } from '../domain/text/json.ts';
import { fileRule } from '../domain/parameter/parameter-file.ts';
import { isFinal } from '../domain/run/run.ts';
import type { RunPlace } from '../app/run/run-place.ts';
import type { Run } from '../domain/run/run.ts';
import type { Script } from '../domain/script/script.ts';
import type { Urls } from './urls.ts';
import { valuesQuery } from './urls.ts';
import { PACKAGE_WORDS } from './message/message-packages.ts';
import { message } from './message/message.ts';
import { EXPORT_LABELS } from './message/message-export.ts';
import { QUEUE_LABELS } from './message/message-queue.ts';
import { authorMail, authorText } from './run-author.ts';
import { statusView, troubleView } from './outcome.ts';
import type { StatusView, TroubleView } from './outcome.ts';
import { shownValues, valueViews } from './value.ts';
import type { ValueView } from './value.ts';
import { bytesText, clockText, dateText, momentText, numberText, spanText, timeView } from './viewer.ts';
import type { TimeView, Viewer } from './viewer.ts';

/** A run with its context. `script` is undefined if it is no longer published. */
export interface RunFacts {
  readonly run: Run;
  readonly script: Script | undefined;
  readonly usualMs: number | undefined;
  /** How many runs wait before it. */
  readonly position: number | undefined;
  /** While it waits: what is known about how long. */
  readonly place?: Pick<RunPlace, 'aboutMs' | 'heldBy' | 'unmet'>;
  /** How long nothing new has come from it; absent unless it is running. */
  readonly quietMs?: number;
  /** Nothing can start yet: Python is being prepared. */
  readonly isPreparing?: boolean;
  /** How long its report will be kept after its end. */
  readonly retainMs: number;
  /** Whom to write to where the script names nobody. */
  readonly contact?: string;
  /** The formats of its report; absent: those that need no outside program. */
  readonly exports?: readonly ExportState[];
}

export interface RunView {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly status: StatusView;
  readonly isFinal: boolean;
  readonly trouble: TroubleView | undefined;
  /** The author's closing message of a successful run. */
  readonly message: string;
  readonly bar: BarView;
  readonly values: readonly ValueView[];
  readonly results: readonly ValueView[];
  readonly actions: ActionsView;
  readonly details: readonly {
    readonly label: string;
    readonly text: string;
    readonly time?: TimeView;
    readonly url?: string;
  }[];
  readonly retention: string;
}

export interface BarView {
  /** 0 to 100; undefined if unknown. */
  readonly percent: number | undefined;
  /** `step 4 of 9`, the author's own progress text, or the place in the queue. */
  readonly step: string;
  readonly startedIso: string;
  readonly elapsed: string;
  readonly left: string;
  readonly took: string;
  /** `Data as of 10:32, 14 minutes ago.`; empty if all data was read for this run. */
  readonly data: string;
  readonly at: TimeView;
  /** While it runs: what to say when nothing new comes for long. */
  readonly quiet: QuietView | undefined;
  readonly cancelUrl: string;
  /** For the tab: `44 % · Weekly sales`. */
  readonly tab: string;
}

/** A page with scripts says this by its own clock, one without by loading again. */
export interface QuietView {
  /** `{since}` is replaced by a time of the day. */
  readonly text: string;
  /** How long nothing new has come, and for how long that is not worth a word; ms. */
  readonly ms: number;
  readonly patienceMs: number;
  /** The text, if it is long enough already; else empty. */
  readonly shown: string;
}

/** Most steps are over sooner, or have shown something. */
const PATIENCE_MS = 10_000;

export interface ActionsView {
  readonly downloads: readonly { readonly label: string; readonly size: string; readonly url: string }[];
  /** Formats that the server cannot make, and why: `Word, EPUB: The server has no pandoc that works.` */
  readonly missing: readonly string[];
  readonly keepUrl: string;
  readonly pinned: boolean;
  readonly eraseUrl: string;
  readonly againUrl: string;
  /** The page for sharing it; empty: the viewer can only copy the address. */
  readonly shareUrl: string;
  readonly url: string;
  /** The report as a file: most browsers cut off a frame at the end of a sheet. */
  readonly printUrl: string;
  /** What to send to the author of a report that failed; the rest of it is at `failureUrl`. */
  readonly forAuthor: string;
  /** Empty if no address is known. */
  readonly mailUrl: string;
  readonly failureUrl: string;
}

export function runView(facts: RunFacts, viewer: Viewer, urls: Urls): RunView {
  const { run, script } = facts;
  const status = statusView(run.status);
  const trouble = troubleView(run);
  return {
    id: run.id,
    title: run.title,
    url: urls.run(run.id),
    status,
    trouble,
    isFinal: isFinal(run.status),
    message: run.outcome?.type === 'succeeded' ? (run.outcome.message ?? '') : '',
    bar: barView(facts, viewer, urls),
    values: valueViews(shownValues(run), script?.schema),
    results: run.results.map(({ name, value }) => resultView(name, value, viewer)),
    actions: actionsView(facts, viewer, urls),
    details: detailViews(facts, viewer, urls),
    retention: retentionText(facts, viewer),
  };
}

/** Results in the viewer's number format. */
function resultView(name: string, value: Json, viewer: Viewer): ValueView {
  const [view] = valueViews({ [name]: value }, undefined);
  return {
    label: view?.label ?? name,
    text: typeof value === 'number' ? numberText(value, viewer) : (view?.text ?? ''),
  };
}

function barView(facts: RunFacts, viewer: Viewer, urls: Urls): BarView {
  const { run, usualMs, isPreparing } = facts;
  const ended = isFinal(run.status);
  const percent = ended ? undefined : percentOf(run);
  const elapsedMs =
    run.startedAtMs === undefined ? undefined : Math.max(0, (run.endedAtMs ?? viewer.nowMs) - run.startedAtMs);
  const tab = ended
    ? message.status[run.status]
    : percent === undefined
      ? message.status[run.status]
      : `${String(percent)} %`;
  const mayCancel = !ended && permits(viewer.actor, { type: 'cancel-run', by: run.by });
  return {
    percent,
    step: ended
      ? ''
      : isPreparing === true && run.status === 'queued'
        ? message.run.preparing
        : run.status === 'queued'
          ? waitText(facts, viewer)
          : stepText(run),
    startedIso: ended || run.startedAtMs === undefined ? '' : new Date(run.startedAtMs).toISOString(),
    elapsed: ended || elapsedMs === undefined ? '' : spanText(elapsedMs, viewer),
    left: ended || elapsedMs === undefined ? '' : leftText(usualMs, elapsedMs, viewer),
    took: ended && elapsedMs !== undefined ? message.run.took(spanText(elapsedMs, viewer)) : '',
    data:
      run.dataAtMs === undefined
        ? ''
        : message.run.data(momentText(run.dataAtMs, viewer), spanWords(viewer.nowMs - run.dataAtMs)),
    at: timeView(run.endedAtMs ?? run.createdAtMs, viewer),
    quiet: run.status === 'running' ? quietView(facts, viewer, mayCancel) : undefined,
    cancelUrl: mayCancel ? urls.cancel(run.id) : '',
    tab: run.status === 'succeeded' ? run.title : `${tab} · ${run.title}`,
  };
}

function quietView({ run, quietMs = 0 }: RunFacts, viewer: Viewer, mayCancel: boolean): QuietView {
  const text = message.run.quiet(ownStep(run), mayCancel);
  const since = clockText(viewer.nowMs - quietMs, viewer);
  const shown = quietMs < PATIENCE_MS ? '' : text.replace('{since}', since);
  return { text, ms: quietMs, patienceMs: PATIENCE_MS, shown };
}

/** The author's own fraction if there is one, else the share of finished cells. */
function percentOf(run: Run): number | undefined {
  if (run.progress !== undefined) return Math.round(100 * Math.min(1, Math.max(0, run.progress.fraction)));
  if (run.status !== 'running' || run.cells.total === 0) return undefined;
  return Math.round((100 * run.cells.done) / run.cells.total);
}

function waitText({ position, place = {} }: RunFacts, viewer: Viewer): string {
  if (position === undefined) return '';
  const { heldBy, aboutMs, unmet } = place;
  if (unmet !== undefined) return unmet;
  return [
    heldBy === undefined ? QUEUE_LABELS.ahead(position) : QUEUE_LABELS.heldBy[heldBy.type](heldBy.limit, position),
    ...(aboutMs === undefined ? [] : [QUEUE_LABELS.about(spanText(aboutMs, viewer))]),
  ].join(' ');
}

function stepText(run: Run): string {
  if (run.progress !== undefined && run.progress.text !== '') return run.progress.text;
  return run.status === 'running' ? ownStep(run) : '';
}

function ownStep({ cells: { total, done } }: Run): string {
  return total === 0 ? '' : message.run.step(Math.min(done + 1, total), total);
}

function leftText(usualMs: number | undefined, elapsedMs: number, viewer: Viewer): string {
  if (usualMs === undefined || usualMs < 3_000) return '';
  const leftMs = usualMs - elapsedMs;
  return leftMs < 1_000 ? message.run.soon : message.run.left(spanText(Math.round(leftMs / 1_000) * 1_000, viewer));
}

function actionsView(
  { run, script, contact, exports = Object.values(OWN_FORMATS) }: RunFacts,
  viewer: Viewer,
  urls: Urls,
): ActionsView {
  const ended = isFinal(run.status);
  const files = run.artifacts.map(({ name, sizeBytes }) => ({
    label: name,
    size: bytesText(sizeBytes, viewer),
    url: urls.api.artifact(run.id, name),
  }));
  const own: Readonly<Record<string, string>> = {
    html: urls.reportHtml(run.id),
    ipynb: urls.api.notebook(run.id),
  };
  const formats = exports
    .filter(({ missing }) => missing === undefined)
    .map(({ name }) => ({
      label: EXPORT_LABELS[name] ?? name,
      size: '',
      url: own[name] ?? urls.api.export(run.id, name),
    }));
  const mayKeep = ended && permits(viewer.actor, { type: 'keep-run', by: run.by });
  const mayErase = ended && viewer.actor.role === 'operator';
  return {
    downloads: [...files, ...(ended ? formats : [])],
    missing: ended ? missingTexts(exports, viewer) : [],
    keepUrl: mayKeep ? urls.keep(run.id) : '',
    pinned: run.pinned,
    eraseUrl: mayErase ? urls.erase(run.id) : '',
    againUrl: script === undefined ? '' : urls.script(run.script, valuesQuery(openValues(run, script))),
    shareUrl: permits(viewer.actor, { type: 'share-run', by: run.by }) ? urls.share(run.id) : '',
    url: urls.run(run.id),
    printUrl: urls.reportHtml(run.id),
    forAuthor: ended ? authorText(run) : '',
    mailUrl: ended ? authorMail(run, script, contact) : '',
    failureUrl: urls.failure(run.id),
  };
}

/** By reason; operators are also told what changes it. */
function missingTexts(exports: readonly ExportState[], { actor }: Viewer): readonly string[] {
  const labels = new Map<string, string[]>();
  for (const { label, missing } of exports) {
    if (missing === undefined) continue;
    const text = actor.role === 'operator' ? `${missing.why} ${missing.remedy}` : missing.why;
    labels.set(text, [...(labels.get(text) ?? []), label]);
  }
  return [...labels].map(([text, names]) => `${names.join(', ')}: ${text}`);
}

/** The values that a link may contain: all except the passwords. */
function openValues(run: Run, script: Script): Run['given'] {
  const isOpen = (name: string) =>
    name in script.schema.properties &&
    script.schema.properties[name]?.format !== 'password' &&
    fileRule(script.schema.properties[name]) === undefined;
  return Object.fromEntries(Object.entries(run.given).filter(([name]) => isOpen(name)));
}

function detailViews(facts: RunFacts, viewer: Viewer, urls: Urls): RunView['details'] {
  const { run } = facts;
  const words = message.details;
  const moment = (label: string, atMs: number | undefined) =>
    atMs === undefined ? [] : [{ label, text: '', time: timeView(atMs, viewer) }];
  const text = (label: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ label, text: value }];
  return [
    ...moment(words.queued, run.createdAtMs),
    ...moment(words.started, run.startedAtMs),
    ...moment(words.ended, run.endedAtMs),
    ...text(
      words.took,
      run.startedAtMs === undefined || run.endedAtMs === undefined
        ? ''
        : spanText(run.endedAtMs - run.startedAtMs, viewer),
    ),
    ...text(words.by, `${makerFor(viewer.actor, run)}, ${words.triggers[run.trigger]}`),
    ...(run.parent === undefined
      ? []
      : [{ label: words.parent, text: run.parent.slice(0, 8), url: urls.run(run.parent) }]),
    ...text(words.environment, run.environment),
    ...(run.packages === undefined || run.environment === undefined
      ? []
      : [{ label: PACKAGE_WORDS.label, text: PACKAGE_WORDS.versions, url: urls.api.packages(run.id) }]),
    ...moment(words.data, run.dataAtMs),
    ...text(words.withoutSnapshot, run.withoutSnapshot),
    ...revisionDetail(facts, viewer, urls),
    ...text(words.commit, run.commit?.slice(0, 12)),
    ...text(words.attempt, run.attempt > 1 ? String(run.attempt) : ''),
    ...text(words.zone, run.timezone),
    ...text(words.server, run.serverVersion),
    ...text(words.run, run.id),
  ];
}

/** Leads operators to what has changed since. */
function revisionDetail({ run, script }: RunFacts, { actor }: Viewer, urls: Urls): RunView['details'] {
  const isLinked = script !== undefined && isAuthor(actor, script.name) && run.deletedAtMs === undefined;
  const url = isLinked ? { url: urls.revisions(script.name, { from: run.id }) } : {};
  return [{ label: message.details.revision, text: run.revision.slice(0, 12), ...url }];
}

function retentionText({ run, retainMs }: RunFacts, viewer: Viewer): string {
  if (run.pinned) return message.run.keptForever;
  if (!isFinal(run.status))
    return Number.isFinite(retainMs)
      ? message.run.mayCloseUntil(dateText(viewer.nowMs + retainMs, viewer))
      : message.run.mayClose;
  return run.expiresAtMs === undefined ? '' : message.run.keptUntil(dateText(run.expiresAtMs, viewer));
}
