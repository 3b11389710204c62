/** The line to the report in its sandboxed frame. Only what comes over our own port is heard. */
import { FRAME_HELLO } from '../../domain/frame-message.ts';
import type { FromFrame, ToFrame } from '../../domain/frame-message.ts';

let port: MessagePort | undefined;

/** Goes nowhere while no report is shown. */
export function sendToFrame(message: ToFrame): void {
  port?.postMessage(message);
}

/**
 * Offers the frame a port now and again when it has loaded (one of both comes too early or too late, the frame takes
 * the
 * first it sees); `onMessage` hears the one that answers. Returns the function that hangs up.
 */
export function openPort(frame: HTMLIFrameElement, onMessage: (message: FromFrame) => void): () => void {
  const offers: MessagePort[] = [];
  const offer = () => {
    const channel = new MessageChannel();
    offers.push(channel.port1);
    channel.port1.onmessage = (event: MessageEvent<FromFrame>) => {
      port = channel.port1;
      onMessage(event.data);
    };
    frame.contentWindow?.postMessage(FRAME_HELLO, '*', [channel.port2]);
  };
  offer();
  frame.addEventListener('load', offer);
  return () => {
    frame.removeEventListener('load', offer);
    for (const each of offers) each.close();
    port = undefined;
  };
}
