/** The page about how a script is used, for operators and authors. */
import { mayReadRun } from '../app/run/run-read.ts';
import { type ScriptUsage, tookMs, USAGE_RUNS } from '../app/script/script-usage.ts';
import { message } from './message/message.ts';
import { statusView, type StatusView } from './outcome.ts';
import type { Urls } from './urls.ts';
import { momentText, numberText, spanText, timeView, type TimeView, type Viewer } from './viewer.ts';

export const USAGE_WORDS = {
  title: 'Usage',
  linkText: 'Runs, people and failures',
  runs: 'Runs',
  succeeded: 'Succeeded',
  failed: 'Failed',
  people: 'People',
  last: 'Last run',
  median: 'Usual duration',
  slow: 'Slow runs',
  slowTitle: 'One run of twenty takes longer',
  durations: 'Durations of the last runs',
  failures: 'Failures',
  where: 'Where',
  what: 'What',
  count: 'Runs',
  newest: 'The last one',
  steps: 'Slowest steps',
  stepsText: (count: string) => `Of what is published. Finished runs that were read: ${count}.`,
  source: 'Begins with',
  usual: 'Usually',
  longest: 'Longest',
  share: 'Share of the time',
  who: 'Who ran it',
  none: 'It has not been run yet.',
  noFailures: 'None of these runs failed.',
  whole: 'The run as a whole',
  step: (step: number) => `Step ${String(step)}`,
  more: (count: string) => `Only the last ${count} runs are counted.`,
  chart: (count: string, most: string) =>
    `Bars for ${count} runs, from the oldest to the newest; the longest took ${most}.`,
};

export interface UsageBar {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly tone: string;
  readonly title: string;
  /** Absent: the reader may not see the report. */
  readonly url?: string;
}

export interface UsageView {
  readonly title: string;
  readonly url: string;
  readonly historyUrl: string;
  readonly items: readonly { readonly label: string; readonly value: string; readonly title?: string }[];
  readonly last: TimeView | undefined;
  readonly bars: readonly UsageBar[];
  readonly width: number;
  readonly chart: string;
  readonly most: string;
  readonly failures: readonly {
    readonly where: string;
    readonly what: string;
    readonly count: string;
    readonly status: StatusView;
    /** Of the newest that the reader may see. */
    readonly at?: TimeView;
    readonly url?: string;
  }[];
  readonly steps: readonly {
    readonly step: string;
    readonly source: string;
    readonly median: string;
    readonly most: string;
    readonly share: string;
  }[];
  readonly stepsText: string;
  readonly people: readonly { readonly by: string; readonly count: string; readonly url: string }[];
  readonly more: string;
  readonly isEmpty: boolean;
}

const BARS = 60;
/** Room for so many is left, so that a few are not as wide as the page. */
const LEAST_BARS = 30;
const BAR_WIDTH = 8;
const HEIGHT = 80;
const LEAST_HEIGHT = 2;
const ROWS = 20;

export function usageView(usage: ScriptUsage, viewer: Viewer, urls: Urls): UsageView {
  const { script, runs, people, failures, medianMs, slowMs } = usage;
  const words = USAGE_WORDS;
  const ended = runs.filter((run) => tookMs(run) !== undefined).slice(0, BARS);
  const shown = ended.reverse();
  const mostMs = Math.max(1, ...shown.map((run) => tookMs(run) ?? 0));
  const count = (value: number) => numberText(value, viewer);
  const span = (label: string, ms: number | undefined, title = '') =>
    ms === undefined ? [] : [{ label, value: spanText(ms, viewer), title }];
  return {
    title: script.title,
    url: urls.script(script.name),
    historyUrl: urls.history({ script: script.name }),
    items: [
      { label: words.runs, value: count(runs.length) },
      { label: words.succeeded, value: count(usage.succeeded) },
      { label: words.failed, value: count(usage.failed) },
      { label: words.people, value: count(people.length) },
      ...span(words.median, medianMs),
      ...span(words.slow, slowMs, words.slowTitle),
    ],
    last: runs[0] === undefined ? undefined : timeView(runs[0].createdAtMs, viewer),
    bars: shown.map((run, index) => {
      const height = Math.max(LEAST_HEIGHT, Math.round((HEIGHT * (tookMs(run) ?? 0)) / mostMs));
      const { tone, word } = statusView(run.status);
      const title = `${momentText(run.createdAtMs, viewer)}: ${word}, ${spanText(tookMs(run) ?? 0, viewer)}`;
      return {
        x: index * BAR_WIDTH,
        y: HEIGHT - height,
        height,
        tone,
        title,
        ...(mayReadRun(viewer.actor, run) && { url: urls.run(run.id) }),
      };
    }),
    width: Math.max(LEAST_BARS, shown.length) * BAR_WIDTH,
    chart: words.chart(count(shown.length), spanText(mostMs, viewer)),
    most: spanText(mostMs, viewer),
    failures: failures.slice(0, ROWS).map(({ step, name, type, count: times, run }) => ({
      where: step === undefined ? words.whole : words.step(step),
      what: name ?? message.status[type],
      count: count(times),
      status: statusView(type),
      ...(run && { at: timeView(run.createdAtMs, viewer), url: urls.run(run.id) }),
    })),
    steps: usage.slow.steps.map(({ step, source, medianMs: usualMs, mostMs: longestMs, share }) => ({
      step: words.step(step),
      source,
      median: spanText(usualMs, viewer),
      most: spanText(longestMs, viewer),
      share: `${count(Math.round(100 * share))} %`,
    })),
    stepsText: words.stepsText(count(usage.slow.runs)),
    people: people.slice(0, ROWS).map(({ by, count: times }) => ({
      by,
      count: count(times),
      url: urls.history({ script: script.name, by }),
    })),
    more: usage.hasMore ? words.more(count(USAGE_RUNS)) : '',
    isEmpty: runs.length === 0,
  };
}
