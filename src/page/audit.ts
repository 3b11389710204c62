/** The page about what people did, for operators. */
import { AUDIT_ACTIONS, type AuditAction, type AuditEntry, type AuditQuery } from '../domain/audit.ts';
import { defined } from '../domain/defined.ts';
import type { JsonObject } from '../domain/text/json.ts';
import { dayStartMs } from '../domain/time/day.ts';
import type { Urls } from './urls.ts';
import { timeView, type TimeView, type Viewer } from './viewer.ts';

export const AUDIT_WORDS = {
  title: 'Audit',
  intro: 'Who did what, when, and from where. Hashes chain the entries; script-runner audit verify verifies them.',
  off: 'Nothing is recorded now: nobody signs in here, or the setting audit is off.',
  none: 'No entry.',
  noneFits: 'No entry fits the filters.',
  when: 'When',
  person: 'Person',
  action: 'Action',
  any: 'any',
  script: 'Script',
  report: 'Report',
  reportHelp: 'Id',
  details: 'Details',
  from: 'From',
  address: 'Address',
  wrong: (problem: string) => `The audit is not as it was written. ${problem} Run script-runner audit verify.`,
  since: 'Since',
  until: 'Until',
  filter: 'Filter',
  reset: 'Reset',
  newest: 'Newest',
  older: 'Older',
  export: 'Download as JSON lines',
};

/** As the query of the address; empty ones do not count. */
export interface AuditFilter {
  readonly by?: string;
  readonly action?: AuditAction | '';
  readonly script?: string;
  readonly run?: string;
  /** Network address. */
  readonly from?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Days are those of the zone; the last one is included. */
export function readAuditFilter(filter: AuditFilter, timezone: string): Omit<AuditQuery, 'limit' | 'before'> {
  const { by, action, script, run, from, since = '', until = '' } = filter;
  return defined({
    actor: by?.trim() || undefined,
    action: action || undefined,
    script: script?.trim() || undefined,
    run: run?.trim() || undefined,
    address: from?.trim() || undefined,
    sinceMs: dayStartMs(since, timezone),
    untilMs: dayStartMs(until, timezone, 1),
  });
}

export interface AuditView {
  readonly backUrl: string;
  readonly actionUrl: string;
  readonly exportUrl: string;
  readonly isOn: boolean;
  /** What is wrong with the newest entries, or empty. */
  readonly problem: string;
  readonly filter: AuditFilter;
  readonly isFiltered: boolean;
  readonly actions: readonly { readonly value: string; readonly isChosen: boolean }[];
  readonly rows: readonly AuditRow[];
  /** Empty: there are entries. */
  readonly none: string;
  readonly newestUrl: string;
  readonly olderUrl: string;
}

interface AuditRow {
  readonly number: number;
  readonly at: TimeView;
  readonly person: string;
  readonly action: string;
  readonly script: string;
  readonly scriptUrl: string;
  readonly runUrl: string;
  readonly details: string;
  readonly from: string;
}

interface AuditFound {
  readonly entries: readonly AuditEntry[];
  readonly next: number | undefined;
  readonly filter: AuditFilter;
  readonly isOn: boolean;
  readonly isFirst: boolean;
  /** As `AuditFinding`; empty: nothing. */
  readonly problem: string;
}

export function auditView(found: AuditFound, viewer: Viewer, urls: Urls): AuditView {
  const { entries, next, filter, isOn, isFirst } = found;
  const asked = defined({ ...filter, action: filter.action || undefined });
  const isFiltered = Object.values(asked).some((value) => value !== '');
  return {
    backUrl: urls.admin(),
    actionUrl: urls.audit(),
    exportUrl: urls.audit('/export', asked),
    isOn,
    problem: found.problem === '' ? '' : AUDIT_WORDS.wrong(found.problem),
    filter,
    isFiltered,
    actions: AUDIT_ACTIONS.map((value) => ({ value, isChosen: value === filter.action })),
    rows: entries.map((entry) => rowOf(entry, viewer, urls)),
    none: entries.length > 0 ? '' : isFiltered ? AUDIT_WORDS.noneFits : AUDIT_WORDS.none,
    newestUrl: isFirst ? '' : urls.audit('', asked),
    olderUrl: next === undefined ? '' : urls.audit('', { ...asked, before: String(next) }),
  };
}

function rowOf(entry: AuditEntry, viewer: Viewer, urls: Urls): AuditRow {
  const { number, atMs, actor, name, action, script = '', run, values, details, way, address } = entry;
  return {
    number,
    at: timeView(atMs, viewer),
    person: name === undefined ? actor : `${name} (${actor})`,
    action,
    script,
    scriptUrl: script === '' ? '' : urls.script(script),
    runUrl: run === undefined ? '' : urls.run(run),
    details: [values, details].map(textOf).filter(Boolean).join('; '),
    from: [address, way].filter(Boolean).join(', '),
  };
}

function textOf(values: JsonObject | undefined): string {
  return Object.entries(values ?? {})
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
