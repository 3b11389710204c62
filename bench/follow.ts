/** A run over HTTP, as a viewer's page sees it. */

export interface LogEvent {
  readonly type: string;
  readonly at: string;
  readonly runId?: string;
  readonly supply?: string;
  readonly outcome?: { readonly type: string };
}

/** The last event is shorter. */
const END_BYTES = 2_000;

interface Submitted {
  readonly runId: string;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Its events follow in the body. If the run is refused, throws with the server's answer. */
async function submit(url: string, script: string, parameters: Readonly<Record<string, unknown>>): Promise<Submitted> {
  const answer = await fetch(`${url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ script, parameters }),
  });
  const { ok, body, headers } = answer;
  if (!ok) throw new Error(await answer.text());
  const runId = headers.get('location')?.split('/').at(-1);
  if (runId === undefined || body === null) throw new Error('no events');
  return { runId, body };
}

/** Submits a run and yields the events of its log as they arrive. Throws as `submit`. */
export async function* follow(
  url: string,
  script: string,
  parameters: Readonly<Record<string, unknown>> = {},
): AsyncIterable<LogEvent> {
  const { runId, body } = await submit(url, script, parameters);
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield { ...(JSON.parse(data) as LogEvent), runId };
    }
  }
}

export interface Click {
  /** Time until the first text of its output, and until its end. */
  readonly firstMs: number;
  readonly wholeMs: number;
}

export interface RunClick extends Click {
  readonly runId: string;
  readonly supply: string;
  readonly outcome: string;
}

export async function clickRun(
  url: string,
  script: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<RunClick> {
  const start = performance.now();
  let [firstMs, runId, supply, outcome] = [NaN, '', '', ''];
  for await (const event of follow(url, script, parameters)) {
    runId = event.runId ?? runId;
    supply = event.supply ?? supply;
    outcome = event.outcome?.type ?? outcome;
    if (event.type === 'stream-appended' && Number.isNaN(firstMs)) firstMs = performance.now() - start;
  }
  return { firstMs, wholeMs: performance.now() - start, runId, supply, outcome };
}

/** As `clickRun`, for long logs: takes the events without reading them, which would keep a processor busy. */
export async function drainRun(url: string, script: string): Promise<Pick<RunClick, 'runId' | 'wholeMs' | 'outcome'>> {
  const start = performance.now();
  const { runId, body } = await submit(url, script, {});
  let end = '';
  for await (const chunk of body) end = (end + Buffer.from(chunk.subarray(-END_BYTES)).toString()).slice(-END_BYTES);
  const outcome = /"outcome":\{"type":"([\w-]+)"/.exec(end)?.[1] ?? '';
  return { runId, wholeMs: performance.now() - start, outcome };
}
