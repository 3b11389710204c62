/** The scripts on the operator's page: those that cannot be run, and those in which something needs attention. */
import type { FindingCounts } from '../../app/script/script-review.ts';
import type { ScriptProblem } from '../../domain/problem.ts';
import type { Script } from '../../domain/script/script.ts';
import type { Urls } from '../urls.ts';
import { numberText } from '../viewer.ts';
import type { Viewer } from '../viewer.ts';

export interface ScriptsSource {
  readonly listings: readonly { readonly script: Script; readonly missing?: ScriptProblem }[];
  readonly findings: FindingCounts;
}

export interface ScriptsView {
  readonly broken: readonly {
    readonly file: string;
    readonly url: string;
    readonly what: string;
    readonly where: string;
    readonly remedy: string;
  }[];
  /** How many more there are; empty if all are shown. */
  readonly moreBroken: string;
  /** Scripts with findings for their authors. */
  readonly noted: readonly { readonly file: string; readonly url: string; readonly count: string }[];
  /** How many scripts have not been looked at yet, or are not shown; empty if none. */
  readonly moreNoted: string;
}

/** Of broken scripts, and of those with findings. */
const MOST_ROWS = 100;

const words = {
  more: (count: string) => `And ${count} more; script-runner check lists all.`,
  unreviewed: (count: string, left: number) =>
    left === 1 ? 'One script has not been looked at yet.' : `${count} scripts have not been looked at yet.`,
  places: (count: number) => (count === 1 ? '1 place' : `${count} places`),
};

export function scriptsView({ listings, findings }: ScriptsSource, viewer: Viewer, urls: Urls): ScriptsView {
  return { ...brokenOf(listings, viewer, urls), ...notedOf(findings, viewer, urls) };
}

function brokenOf(listings: ScriptsSource['listings'], viewer: Viewer, urls: Urls) {
  const broken = listings.flatMap(({ script, missing = script.state === 'broken' ? script.problem : undefined }) =>
    missing === undefined ? [] : [{ script, missing }],
  );
  return {
    broken: broken.slice(0, MOST_ROWS).map(({ script, missing }) => ({
      file: script.file,
      url: urls.script(script.name),
      what: missing.what,
      where: missing.where ?? '',
      remedy: missing.remedy ?? '',
    })),
    moreBroken: moreText(broken.length - MOST_ROWS, viewer),
  };
}

function notedOf({ counts, left }: FindingCounts, viewer: Viewer, urls: Urls) {
  const more = [
    moreText(counts.size - MOST_ROWS, viewer),
    left === 0 ? '' : words.unreviewed(numberText(left, viewer), left),
  ];
  return {
    noted: [...counts].slice(0, MOST_ROWS).map(([{ file, name }, count]) => ({
      file,
      url: urls.script(name),
      count: words.places(count),
    })),
    moreNoted: more.filter((text) => text !== '').join(' '),
  };
}

function moreText(count: number, viewer: Viewer): string {
  return count <= 0 ? '' : words.more(numberText(count, viewer));
}
