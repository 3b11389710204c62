/** Kernels and the last failures on the operator's page. */
import type { InterestState } from '../../app/script/script-interest.ts';
import type { ServerStatus } from '../../app/status-read.ts';
import type { Run } from '../../domain/run/run.ts';
import { outcomeSentence, parentWords } from '../../domain/run/run-message.ts';
import type { Urls } from '../urls.ts';
import { message } from '../message/message.ts';
import { statusView } from '../outcome.ts';
import type { StatusView } from '../outcome.ts';
import { bytesText, numberText, spanText, timeView } from '../viewer.ts';
import type { TimeView, Viewer } from '../viewer.ts';

export interface KernelsView {
  /** One sentence: how many there are. */
  readonly now: string;
  /** One sentence: for how many visitors kernels wait; empty if nobody has a page open. */
  readonly pages: string;
  readonly parents: readonly {
    readonly imports: string;
    readonly waiting: string;
    readonly memory: string;
    readonly age: string;
  }[];
}

export interface FailureView {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly status: StatusView;
  readonly at: TimeView;
  readonly why: string;
}

export function kernelsView(
  { kernels: { running, waiting, expected, parents }, interest, memory }: ServerStatus,
  viewer: Viewer,
): KernelsView {
  const words = message.admin.kernel;
  const used = [...memory.values()].reduce((sum, bytes) => sum + bytes, 0);
  return {
    now: words.now(numberText(running, viewer), memoryText(used, viewer), numberText(waiting, viewer)),
    pages: interest === undefined ? '' : pagesWords(interest, expected?.waiting ?? 0, viewer),
    parents: parents.map(({ imports, script, waiting: ready, memoryBytes, ageMs }) => ({
      imports: parentWords({ imports, script }),
      waiting: numberText(ready, viewer),
      memory: memoryText(memoryBytes, viewer),
      age: spanText(ageMs, viewer),
    })),
  };
}

function pagesWords({ visitors, kernels, most }: InterestState, waiting: number, viewer: Viewer): string {
  if (visitors === 0) return '';
  const limit = visitors > kernels && kernels >= most ? numberText(most, viewer) : '';
  return message.admin.kernel.pages(numberText(visitors, viewer), numberText(waiting, viewer), limit);
}

/** Empty if unknown. */
export function memoryText(bytes: number, viewer: Viewer): string {
  return bytes === 0 ? '' : bytesText(bytes, viewer);
}

export function failureViews(runs: readonly Run[], viewer: Viewer, urls: Urls): FailureView[] {
  return runs.map((run) => ({
    id: run.id,
    title: run.title,
    url: urls.run(run.id),
    status: statusView(run.status),
    at: timeView(run.endedAtMs ?? run.createdAtMs, viewer),
    why: run.outcome === undefined ? '' : outcomeSentence(run.outcome),
  }));
}
