/** The stream of a run's events, as a reader follows it who may lose the server. */

export interface Followed {
  /** The whole messages. */
  readonly text: string;
  /** Their numbers. */
  readonly seqs: readonly number[];
}

/** From after the event `last` until the stream ends or is cut. `onText`: called with all text so far. */
export async function followRun(
  url: string,
  id: string,
  last = 0,
  onText: (text: string) => void = () => undefined,
): Promise<Followed> {
  const reply = await fetch(`${url}/api/v1/runs/${id}/events`, {
    headers: last === 0 ? {} : { 'last-event-id': String(last) },
  });
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of reply.body ?? []) {
      text += decoder.decode(piece as Uint8Array, { stream: true });
      onText(text);
    }
  } catch {
    // the server was killed
  }
  const whole = text.slice(0, text.lastIndexOf('\n\n') + 2);
  return { text: whole, seqs: [...whole.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq)) };
}

/** The numbers of a log without a gap. */
export const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
