/** A run over HTTP, as a viewer's page sees it. */

export interface LogEvent {
  readonly type: string;
  readonly at: string;
  readonly runId?: string;
  readonly supply?: string;
  readonly outcome?: { readonly type: string };
}

/**
 * Submits a run and yields the events of its log as they arrive. If the run is refused, throws with the server's
 * answer.
 */
export async function* follow(
  url: string,
  script: string,
  parameters: Readonly<Record<string, unknown>> = {},
): AsyncIterable<LogEvent> {
  const answer = await fetch(`${url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ script, parameters }),
  });
  const { ok, body, headers } = answer;
  if (!ok) throw new Error(await answer.text());
  const id = headers.get('location')?.split('/').at(-1);
  if (id === undefined || body === null) throw new Error('no events');
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield { ...(JSON.parse(data) as LogEvent), runId: id };
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
