/**
 * The connection to the report in its sandboxed frame. Only messages over our own port are accepted, checked and
 * counted.
 */
import { FRAME_HELLO, readFromFrame } from '../../domain/report/frame-message.ts';
import type { FromFrame, ToFrame } from '../../domain/report/frame-message.ts';
import { createRate } from './rate.ts';

/** Messages of one report. An honest one sends its height with each animation frame, and little else. */
const MESSAGES = { burst: 1_000, perSecond: 400 };
/** How often a frame may load, and so send `ready`; each time costs the server a new stream. */
const LOADS = { burst: 5, perSecond: 0.1 };

let port: MessagePort | undefined;

/** Does nothing while no report is shown. */
export function sendToFrame(message: ToFrame): void {
  port?.postMessage(message);
}

export interface FrameListener {
  /** Listens to the port that the frame has taken. */
  readonly onMessage: (message: FromFrame) => void;
  /** The frame sent more than any honest report does; it is no longer listened to. */
  readonly onFlood: () => void;
}

/**
 * Offers the frame ports repeatedly when it has loaded (one of both is too early or too late; the frame takes the first
 * it sees). Returns a function that closes them.
 */
export function openPort(frame: HTMLIFrameElement, { onMessage, onFlood }: FrameListener): () => void {
  const offers: MessagePort[] = [];
  const answered = new Set<MessagePort>();
  const mayLoad = createRate(LOADS.burst, LOADS.perSecond);
  const maySend = createRate(MESSAGES.burst, MESSAGES.perSecond);

  function close(): void {
    frame.removeEventListener('load', offer);
    for (const each of offers.splice(0)) each.close();
    port = undefined;
  }

  function hear(from: MessagePort, data: unknown): void {
    if (!maySend()) {
      close();
      return onFlood();
    }
    const message = readFromFrame(data);
    if (message === undefined) return;
    if (message.type === 'ready') {
      if (answered.has(from)) return;
      answered.add(from);
      port = from;
    }
    onMessage(message);
  }

  function offer(): void {
    if (!mayLoad()) return;
    const { port1, port2 } = new MessageChannel();
    offers.push(port1);
    port1.onmessage = ({ data }) => hear(port1, data);
    frame.contentWindow?.postMessage(FRAME_HELLO, '*', [port2]);
  }

  offer();
  frame.addEventListener('load', offer);
  return close;
}
