/** Many readers of one run over several web processes: whether each gets all of its events, and how late. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { digits, type Finding } from './finding.ts';
import { summary } from './measure.ts';

const READERS = 500;
/** A web admits 100 streams of one address. */
const PER_ADDRESS = 50;

/** The script `ticks` prints a hundred times in ten seconds. */
export async function measureReaders(webs: readonly string[]): Promise<Finding[]> {
  const reply = await fetch(`${webs[0]}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ script: 'ticks' }),
  });
  const { id } = (await reply.json()) as { id: string };
  // all readers are this one process: what it is late itself is not the server's
  const own = monitorEventLoopDelay({ resolution: 5 });
  own.enable();
  const readers = await Promise.all(
    Array.from({ length: READERS }, (_, index) => read(`${webs[index % webs.length]}/api/v1/runs/${id}/events`, index)),
  );
  own.disable();
  const [first] = readers;
  const complete = readers.filter(({ seqs }) => isWhole(seqs) && seqs.length === first?.seqs.length).length;
  const allCameMs = Math.max(...readers.map(({ cameMs }) => cameMs));
  const events = readers.flatMap(({ late }) => late);
  const late = summary(events.filter(({ atMs }) => atMs > allCameMs).map(({ lateMs }) => lateMs));
  const coming = events.filter(({ atMs }) => atMs <= allCameMs).map(({ lateMs }) => lateMs);
  return [
    {
      what: `${READERS} readers of one run over ${webs.length} webs: how long after its storing each event arrives`,
      ours: `${digits(late.medianMs)} ms, 99 %: ${digits(late.p99Ms)} ms`,
      peer: `readers with all ${first?.seqs.length ?? 0} events, in order: ${complete}; while they all connect at once, the latest: ${digits(Math.max(0, ...coming))} ms; the process of the readers is late itself by up to ${digits(own.percentile(99) / 1e6)} ms (99 %)`,
      aim: '≤ 100 ms',
      met: late.p99Ms <= 100 && complete === READERS,
    },
  ];
}

const isWhole = (seqs: readonly number[]): boolean => seqs.every((seq, index) => seq === index + 1);

interface Read {
  readonly seqs: readonly number[];
  readonly cameMs: number;
  readonly late: readonly { readonly atMs: number; readonly lateMs: number }[];
}

/** Events from before the reader came are not late. Readers have several addresses, as people have. */
async function read(url: string, index: number): Promise<Read> {
  const localAddress = `127.0.0.${2 + Math.floor(index / PER_ADDRESS)}`;
  const [response] = (await once(get(url, { localAddress, agent: false }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`A reader got ${response.statusCode}.`);
  const cameMs = Date.now();
  const seqs: number[] = [];
  const late: { atMs: number; lateMs: number }[] = [];
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const nowMs = Date.now();
    const blocks = (rest + String(chunk)).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const seq = /^id: (\d+)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (seq === undefined || data === undefined) continue;
      seqs.push(Number(seq));
      const atMs = Date.parse((JSON.parse(data) as { at: string }).at);
      if (atMs > cameMs) late.push({ atMs, lateMs: nowMs - atMs });
    }
  }
  return { seqs, cameMs, late };
}
