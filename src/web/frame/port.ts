/** The connection to the run page around the frame. */
import { FRAME_HELLO, type FromFrame, type ToFrame } from '../../domain/report/frame-message.ts';

/** Settles with the port that the parent passes; the first one counts. */
export function parentPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    window.addEventListener('message', function hello({ data, source, ports: [port] }: MessageEvent) {
      if (data !== FRAME_HELLO || source !== window.parent || port === undefined) return;
      window.removeEventListener('message', hello);
      resolve(port);
    });
  });
}

export function listen(port: MessagePort, hear: (message: ToFrame) => void): (message: FromFrame) => void {
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => hear(data);
  return (message) => port.postMessage(message);
}
