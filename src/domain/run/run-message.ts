/** The sentences about a run that its page, its report and the command line share. Plain words, no jargon. */
import { sizeWords } from '../text/size.ts';
import { withoutEscapes } from '../text/ansi.ts';
import { DOUBT_MS, type ClockJump } from '../time/clock.ts';
import { VIEWER } from '../access/access.ts';
import type { Exception, Outcome, RunStatus } from './run.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../milliseconds.ts';

export const SERVER_STOPPING = 'The server is stopping and takes no new runs. Try again in a minute.';

/** The name of each status, for a viewer. */
export const STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  queued: 'Waiting',
  starting: 'Starting',
  running: 'Running',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  'timed-out': 'Timed out',
  'kernel-died': 'Crashed',
  lost: 'Interrupted',
};

/** One sentence on how a run ended, with the step if it is known. */
export function outcomeSentence(outcome: Outcome, step = 'step' in outcome ? outcome.step : undefined): string {
  const at = step === undefined || step === 0 ? '' : ` in step ${step}`;
  switch (outcome.type) {
    case 'succeeded':
      return outcome.message ?? 'The report is complete.';
    case 'failed':
      return `The report stopped${at}${outcome.exception === undefined ? '.' : `: ${exceptionSentence(outcome.exception)}`}`;
    case 'cancelled':
      return `Cancelled${outcome.by === VIEWER.id ? '' : ` by ${outcome.by}`}. The report shows what was done until then.`;
    case 'timed-out':
      return timeoutSentence(outcome.limit, durationWords(outcome.limitMs), at);
    case 'kernel-died':
      return deathSentence(outcome, at);
    case 'lost':
      return 'The report was interrupted because the server stopped during the run. Run it again.';
  }
}

function timeoutSentence(limit: (Outcome & { type: 'timed-out' })['limit'], duration: string, at: string): string {
  switch (limit) {
    case 'wall':
      return `The report was stopped${at}: it took longer than the ${duration} a report may take.`;
    case 'cell':
      return `The report was stopped${at}: the step took longer than the ${duration} a step may take.`;
    case 'idle':
      return `The report was stopped${at}: nothing happened for ${duration}.`;
    case 'queue':
      return `The report never started: it waited longer than ${duration} in the queue. Run it again.`;
    case 'start':
      return `The report never started: its kernel did not answer within ${duration}.`;
  }
}

function deathSentence(outcome: Outcome & { type: 'kernel-died' }, at: string): string {
  const { limit, used, limitValue } = outcome;
  const known = used !== undefined && limitValue !== undefined;
  if (limit === 'memory') {
    const allowed =
      limitValue === undefined
        ? ''
        : ` It ${used === undefined ? '' : `used ${sizeWords(used)}, and `}may use ${sizeWords(limitValue)}.`;
    return `The report ran out of memory${at}.${allowed}`;
  }
  if (limit === 'processes')
    return `The report was stopped${at}: it started too many processes${known ? ` (${used}; it may have ${limitValue})` : ''}.`;
  if (limit === 'disk')
    return `The report was stopped${at}: it wrote ${known ? `${sizeWords(used)} to disk, and may write ${sizeWords(limitValue)}` : 'more to disk than it may'}.`;
  const how =
    outcome.signal !== undefined
      ? ` (signal ${outcome.signal})`
      : outcome.exitCode !== undefined
        ? ` (exit code ${outcome.exitCode})`
        : '';
  return `The program behind the report ended unexpectedly${at}${how}${outcome.message === undefined ? '.' : `: ${sentence(outcome.message)}`}`;
}

/** Name of an exception that is not the notebook's: the server's sentence says why the run cannot continue. */
export const SERVER_EXCEPTION = 'ScriptRunnerProblem';

/** Why there is no snapshot, for the author; cells are counted from 1, text included, as Jupyter shows them. */
export function snapshotSentence({ cell, reason }: { readonly cell?: number; readonly reason: string }): string {
  return cell === undefined ? sentence(reason) : `Cell ${cell + 1}: ${sentence(reason)}`;
}

/** What a fork server or snapshot has done before it forks. */
export function parentWords({
  imports,
  script,
}: {
  readonly imports: readonly string[];
  readonly script?: string | undefined;
}): string {
  if (script !== undefined) return `the first cells of ${script}`;
  return imports.length === 0 ? 'nothing but Python' : imports.join(', ');
}

/** Limit of an exception's text; the details have all of it. */
const MOST_SENTENCE_CHARS = 300;

/**
 * What an exception says to someone who does not program; the name stays, so that an author recognises it. Long texts
 * are cut.
 */
export function exceptionSentence({ name, value }: Exception): string {
  const first = shortened(/\S.*/.exec(withoutEscapes(value))?.[0].trim() ?? '');
  const quoted = /^(['"])(.*)\1$/.exec(first)?.[2];
  switch (name) {
    // the kernel of Bash
    case '':
      return /^\d+$/.test(first) ? `it ended with exit code ${first}.` : sentence(first);
    case 'SystemExit':
      return /^-?\d+$/.test(first) ? `it ended itself with exit code ${first}.` : sentence(first);
    case 'KeyError':
      return `there is no “${quoted ?? first}” (KeyError).`;
    case 'FileNotFoundError': {
      const file = /: (['"])(.*)\1$/.exec(first)?.[2];
      return file === undefined ? sentence(first) : `the file “${file}” was not found.`;
    }
    case 'ModuleNotFoundError': {
      const module = /No module named (['"])(.*)\1/.exec(first)?.[2];
      return module === undefined ? sentence(first) : `the module “${module}” is not installed.`;
    }
    // R gives all its errors this name, and writes “Error in” itself.
    case 'ERROR':
    case SERVER_EXCEPTION:
      return sentence(first);
    case 'MemoryError':
      return 'it ran out of memory.';
    case 'ZeroDivisionError':
      return 'a number was divided by zero.';
    case 'KeyboardInterrupt':
      return 'it was interrupted.';
    default:
      return first === '' ? `${name}.` : sentence(`${name}: ${first}`);
  }
}

function shortened(text: string): string {
  if (text.length <= MOST_SENTENCE_CHARS) return text;
  const cut = text
    .slice(0, MOST_SENTENCE_CHARS)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  return `${cut.replace(/\s+\S{0,40}$/, '')}…`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** `90000` → `1 min 30 s`; the two largest units. */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** Why nothing expires although its time seems to have passed. */
export function clockDoubt({ toMs, byMs }: ClockJump): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return (
    `The clock went forward by ${Math.round(byMs / DAY_MS)} days at once, from ${day(toMs - byMs)} to ${day(toMs)}: it is wrong, or the server was off. ` +
    `Older reports go by the old clock until ${day(toMs + DOUBT_MS)}, unless an operator says that the clock is right.`
  );
}

/** `840000` → `14 minutes`: the largest unit, in full. */
export function spanWords(ms: number): string {
  const [size, unit] = (
    [
      [DAY_MS, 'day'],
      [HOUR_MS, 'hour'],
      [MINUTE_MS, 'minute'],
    ] as const
  ).find(([each]) => ms >= each) ?? [1000, 'second'];
  const count = Math.max(0, Math.floor(ms / size));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
