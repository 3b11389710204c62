/** Which thread had which processor, from the events of Linux' scheduler (tracefs, for a superuser). */
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PLACE = '/sys/kernel/tracing/instances';
/** For each processor: a second of a busy one. */
const BUFFER_KB = '8192';
const EVENT = /^\s*(.+)-(\d+)\s+\[(\d+)\]\s+\S+\s+([\d.]+): (sched_switch|sched_waking): (.*)$/;
const SWITCH = / prev_state=(\S+) ==> next_comm=(.+) next_pid=(\d+)/;

/** A thread on a processor; milliseconds of the system's monotonic clock. */
export interface Turn {
  readonly processor: number;
  readonly thread: string;
  readonly beginMs: number;
  readonly endMs: number;
  /** It would have gone on, but another one got the processor. */
  readonly isInterrupted: boolean;
}

/** The clock of the turns. */
export const systemMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The turns while the work was done. Throws what the work throws, and the system's error where it may not be seen. */
export async function turnsDuring(work: () => Promise<void>): Promise<Turn[]> {
  const folder = join(PLACE, `script-runner-${process.pid}`);
  const say = (file: string, text: string) => writeFile(join(folder, file), text);
  await mkdir(folder);
  try {
    await say('tracing_on', '0');
    await say('buffer_size_kb', BUFFER_KB);
    await say('trace_clock', 'mono');
    for (const event of ['sched_switch', 'sched_waking']) await say(`events/sched/${event}/enable`, '1');
    await say('tracing_on', '1');
    await work();
    await say('tracing_on', '0');
    return readTurns(await readFile(join(folder, 'trace'), 'utf8'));
  } finally {
    await rmdir(folder);
  }
}

/**
 * Those that the text of a trace tells of, without the idle ones, by their beginning. Linux leaves out some switches
 * from idle: what a thread says while its processor is idle tells that it has been woken.
 */
export function readTurns(text: string): Turn[] {
  const turns: Turn[] = [];
  const running = new Map<number, { readonly pid: string; readonly name: string; readonly beginMs: number }>();
  const wokenMs = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name = '', pid = '', at = '', seconds = '', event = '', about = ''] = EVENT.exec(line) ?? [];
    if (event === '') continue;
    const [processor, ms] = [Number(at), Number(seconds) * 1000];
    const before = running.get(processor);
    if (before?.pid === '0' && pid !== '0')
      running.set(processor, { pid, name, beginMs: Math.max(before.beginMs, wokenMs.get(pid) ?? 0) });
    if (event === 'sched_waking') {
      wokenMs.set(/ pid=(\d+) /.exec(about)?.[1] ?? '', ms);
      continue;
    }
    const [, state = '', nextName = '', nextPid = ''] = SWITCH.exec(about) ?? [];
    const { beginMs, ...ended } = running.get(processor) ?? { pid: '0', name: '', beginMs: ms };
    if (ended.pid !== '0')
      turns.push({
        processor,
        thread: `${ended.name}-${ended.pid}`,
        beginMs,
        endMs: ms,
        isInterrupted: state.startsWith('R'),
      });
    running.set(processor, { pid: nextPid, name: nextName, beginMs: ms });
  }
  return turns.toSorted((one, other) => one.beginMs - other.beginMs);
}
