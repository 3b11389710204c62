/** The live stream of a run: patches go to the report, the rest changes the page around it. */
import type { ReportPatch } from '../../domain/report/report.ts';
import { sendToFrame } from './frame-port.ts';
import { morph } from './morph.ts';
import { hearNews } from './quiet.ts';

interface LiveMessage {
  readonly patches: readonly ReportPatch[];
  /** HTML by the id of the element it replaces. */
  readonly fragments?: Readonly<Record<string, string>>;
  readonly tab?: string;
  /** How long nothing new has come from the run. */
  readonly quietMs: number;
  /** So much has changed that the report must be loaded again. */
  readonly isBehind?: true;
  readonly ended: boolean;
}

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 15_000;

/**
 * Follows from the event after `seq` until the run has ended, across any number of lost connections. Reports the last
 * event that is shown; or, at its end, that the report must be loaded again.
 */
export function followRun(
  url: string,
  seq: number,
  { onStep, onBehind }: { onStep: (seq: number, ended: boolean) => void; onBehind: (seq: number) => void },
): () => void {
  let last = seq;
  let retryMs = RETRY_MS;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    showReconnecting(false);
    showStopping(false);
    clearTimeout(timer);
    source?.close();
  };
  const open = () => {
    source = new EventSource(`${url}?after=${String(last)}`);
    source.onopen = () => {
      retryMs = RETRY_MS;
      showReconnecting(false);
      showStopping(false);
    };
    source.addEventListener('server-stopping', () => showStopping(true));
    source.onmessage = (event: MessageEvent<string>) => {
      last = Number(event.lastEventId);
      const message = JSON.parse(event.data) as LiveMessage;
      const ended = apply(message);
      if (ended || message.isBehind === true) stop();
      if (message.isBehind === true) return onBehind(last);
      onStep(last, ended);
    };
    // the browser reconnects by itself after a break, but not after an answer that is not a stream
    source.onerror = () => {
      showReconnecting(true);
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, retryMs);
      retryMs = Math.min(2 * retryMs, RETRY_MAX_MS);
    };
  };
  open();
  return stop;
}

/** True when the run has ended. */
function apply({ patches, fragments = {}, tab, quietMs, ended }: LiveMessage): boolean {
  if (patches.length > 0) sendToFrame({ type: 'patches', patches });
  for (const [id, html] of Object.entries(fragments)) {
    const element = document.getElementById(id);
    if (element !== null) morph(element, html, { keepOpen: true });
  }
  if (tab !== undefined) document.title = tab;
  hearNews(quietMs);
  return ended;
}

function showStopping(shown: boolean): void {
  document.documentElement.toggleAttribute('data-stopping', shown);
}

function showReconnecting(shown: boolean): void {
  document.documentElement.toggleAttribute('data-offline', shown);
}
