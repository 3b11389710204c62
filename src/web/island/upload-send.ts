/** Sends one file in parts: a lost connection costs the part that was under way, which is sent again. */

/** Small enough for slow lines: a request must end within a minute. */
const PART_BYTES = 4_000_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;
/** Without any progress; the server keeps parts for half an hour. */
const PATIENCE_MS = 20 * 60_000;

export interface Sent {
  /** What the form sends for the file. */
  readonly upload: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly type: string;
}

export interface SendOptions {
  /** Address of the uploads in the API. */
  readonly url: string;
  readonly signal: AbortSignal;
  /** Bytes that have arrived; `isLost` while the connection is. */
  readonly onProgress: (bytes: number, isLost: boolean) => void;
}

/** An answer of the server that trying again does not change. */
export class RefusedError extends Error {}

/** Rejects with `RefusedError`, or the reason of the signal. */
export async function sendFile(file: File, options: SendOptions): Promise<Sent> {
  const parts: string[] = [];
  for (let at = 0; at < file.size; at += PART_BYTES) {
    const body = file.slice(at, at + PART_BYTES);
    const onBytes = (bytes: number) => options.onProgress(at + bytes, false);
    const answer = await persist(
      () => post(`${options.url}/parts`, body, { type: 'application/octet-stream', signal: options.signal, onBytes }),
      () => options.onProgress(at, true),
      options.signal,
    );
    parts.push((answer as { part: string }).part);
  }
  const body = JSON.stringify({ name: file.name, sizeBytes: file.size, parts });
  return (await persist(
    () => post(`${options.url}/joined`, body, { type: 'application/json', signal: options.signal }),
    () => options.onProgress(file.size, true),
    options.signal,
  )) as Sent;
}

/** Tries again after a lost connection, sooner when the browser is online again. */
async function persist(attempt: () => Promise<unknown>, onLost: () => void, signal: AbortSignal): Promise<unknown> {
  const beganMs = performance.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof RefusedError || signal.aborted || performance.now() - beganMs > PATIENCE_MS) throw error;
      onLost();
      await pause(waitMs, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}

interface PostOptions {
  readonly type: string;
  readonly signal: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

/** Not `fetch`: that tells nothing of what was sent. Rejects with `RefusedError` for an answer that is final. */
function post(url: string, body: Blob | string, { type, signal, onBytes }: PostOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const lost = () => reject(signal.aborted ? (signal.reason as Error) : new Error('The connection is lost.'));
    signal.addEventListener('abort', abort, { once: true });
    request.upload.addEventListener('progress', ({ loaded }) => onBytes?.(loaded));
    request.addEventListener('load', () => {
      const answer = request.response as { detail?: string } | null;
      if (request.status === 201 && answer !== null) resolve(answer);
      // of a proxy, or of a server that starts
      else if (answer?.detail === undefined) lost();
      else reject(new RefusedError(answer.detail));
    });
    for (const event of ['error', 'abort', 'timeout'] as const) request.addEventListener(event, lost);
    request.addEventListener('loadend', () => signal.removeEventListener('abort', abort));
    request.open('POST', url);
    request.responseType = 'json';
    request.setRequestHeader('content-type', type);
    request.setRequestHeader('accept', 'application/json');
    request.send(body);
  });
}
