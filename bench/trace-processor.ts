/** `npm run trace -- --processors`: which thread has which processor between a click and what is shown of it. */
import { join } from 'node:path';
import { digits } from './finding.ts';
import { clickRun } from './follow.ts';
import { systemMs, turnsDuring, type Turn } from './scheduler.ts';
import { startServer } from './server.ts';

/** Shorter turns are left out: most are those of threads that pass something on. */
const SHOWN_MS = 0.05;
const COLUMN_CHARS = 44;

export interface TracedClick {
  /** What the timeline covers: up to the first output, or the end. */
  readonly shownMs: number;
  readonly timeline: string;
}

/** A server whose clicks are traced. */
export interface TracedServer {
  readonly url: string;
  click(script: string, parameters: Readonly<Record<string, unknown>>): Promise<TracedClick>;
  close(): Promise<void>;
}

/** A process of its own; `isWhole`: up to the end of a run. Linux, as a superuser. */
export async function serveOnProcessors(folder: string, python: string, isWhole: boolean): Promise<TracedServer> {
  const { url, pid, close } = await startServer(folder, { data: join(folder, 'data'), python, pool: 2 });
  const names = new Map([
    [String(pid), 'server'],
    [String(process.pid), 'client'],
  ]);
  const click: TracedServer['click'] = async (script, parameters) => {
    let [beginMs, shownMs] = [0, 0];
    const turns = await turnsDuring(async () => {
      beginMs = systemMs();
      const { firstMs, wholeMs } = await clickRun(url, script, parameters);
      shownMs = isWhole ? wholeMs : firstMs;
    });
    const shown = turns.filter((turn) => turn.beginMs >= beginMs && turn.beginMs <= beginMs + shownMs);
    return { shownMs, timeline: timeline(shown, beginMs, names) };
  };
  return { url, click, close };
}

/** One line for each turn, one column for each processor; … marks a thread that was interrupted. */
function timeline(turns: readonly Turn[], clickedMs: number, names: ReadonlyMap<string, string>): string {
  return turns
    .filter(({ beginMs, endMs }) => endMs - beginMs >= SHOWN_MS)
    .map(({ beginMs, endMs, processor, thread, isInterrupted }) => {
      const name = names.get(thread.slice(thread.lastIndexOf('-') + 1)) ?? thread;
      const column = ' '.repeat(processor * COLUMN_CHARS);
      const [from, took] = [beginMs - clickedMs, endMs - beginMs].map((ms) => digits(ms).padStart(6));
      return `${from}  ${column}${took} ${name}${isInterrupted ? ' …' : ''}`;
    })
    .join('\n');
}
