/** The status or outcome of a run, in a viewer's words. */
import { outcomeSentence } from '../domain/run/run-message.ts';
import type { Run, RunStatus } from '../domain/run/run.ts';
import { message } from './message/message.ts';

/** `tone` sets the colour, `icon` the shape, `word` the text: never colour alone. */
export interface StatusView {
  readonly status: RunStatus;
  readonly word: string;
  readonly tone: 'calm' | 'busy' | 'good' | 'bad' | 'warn';
  readonly icon: string;
}

const LOOKS: Readonly<Record<RunStatus, readonly [StatusView['tone'], string]>> = {
  queued: ['calm', 'clock'],
  starting: ['busy', 'spinner'],
  running: ['busy', 'spinner'],
  succeeded: ['good', 'check'],
  failed: ['bad', 'cross'],
  cancelled: ['calm', 'slash'],
  'timed-out': ['warn', 'clock'],
  'kernel-died': ['bad', 'bolt'],
  lost: ['warn', 'unplug'],
};

export function statusView(status: RunStatus): StatusView {
  const [tone, icon] = LOOKS[status];
  return { status, word: message.status[status], tone, icon };
}

/** Why there is no complete report, in one plain sentence, and what to do about it. */
export interface TroubleView {
  readonly title: string;
  readonly help: string;
}

/** Undefined for a success, and while there is no outcome. */
export function troubleView({ outcome }: Run): TroubleView | undefined {
  if (outcome === undefined || outcome.type === 'succeeded') return undefined;
  return { title: outcomeSentence(outcome), help: message.outcomeHelp[outcome.type] };
}
