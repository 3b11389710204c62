/** Kernels and the last failures on the operator's page. */
import type { KernelStatus } from '../domain/kernel.ts';
import type { Run } from '../domain/run.ts';
import { outcomeSentence } from '../domain/message.ts';
import type { Address } from './address.ts';
import { message } from './message.ts';
import { statusView } from './outcome.ts';
import type { StatusView } from './outcome.ts';
import { bytesText, numberText, spanText, timeView } from './viewer.ts';
import type { TimeView, Viewer } from './viewer.ts';

export interface KernelsView {
  /** One sentence: how many there are. */
  readonly now: string;
  readonly parents: readonly { readonly imports: string; readonly waiting: string; readonly memory: string; readonly age: string }[];
}

export interface FailureView {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly status: StatusView;
  readonly at: TimeView;
  readonly why: string;
}

export function kernelsView({ running, waiting, parents }: KernelStatus, viewer: Viewer): KernelsView {
  const words = message.admin.kernel;
  return {
    now: words.now(numberText(running, viewer), numberText(waiting, viewer)),
    parents: parents.map(({ imports, waiting: ready, memoryBytes, ageMs }) => ({
      imports: imports.length === 0 ? words.bare : imports.join(', '), waiting: numberText(ready, viewer),
      memory: memoryBytes === 0 ? '' : bytesText(memoryBytes, viewer), age: spanText(ageMs, viewer),
    })),
  };
}

export function failureViews(runs: readonly Run[], viewer: Viewer, address: Address): FailureView[] {
  return runs.map((run) => ({
    id: run.id, title: run.title, url: address.run(run.id), status: statusView(run.status), at: timeView(run.endedAtMs ?? run.createdAtMs, viewer),
    why: run.outcome === undefined ? '' : outcomeSentence(run.outcome),
  }));
}
