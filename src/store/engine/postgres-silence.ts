/**
 * Notices that a PostgreSQL server has stopped answering: a link that loses everything reports no error, and a
 * statement would wait for its whole time limit.
 */
import type pg from 'pg';

const ASK_MS = 2_000;
/** Far above what an answer takes on a busy machine, and below what people wait for a page. */
const ANSWER_MS = 4_000;
/** What has arrived while this process stood still itself is read before the time counts. */
const READ_MS = 500;

export interface DatabaseSilence {
  /** Since the last question was not answered, until there is a connection again. False while the server refuses. */
  isSilent(): boolean;
  /** Called each time it becomes silent. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
}

interface SilenceOptions {
  /** The connection that is asked; undefined while there is none. */
  readonly client: () => pg.Client | undefined;
  /** The connection does not answer, or answers with an error: it is to be made again. */
  readonly onSilence: (client: pg.Client) => void;
}

interface SilenceWatch extends DatabaseSilence {
  /** A new connection was made. */
  noteAnswer(): void;
  close(): void;
}

export function watchSilence({ client, onSilence }: SilenceOptions): SilenceWatch {
  const listeners = new Set<() => void>();
  let isSilent = false;
  let asked: pg.Client | undefined;
  let patience: NodeJS.Timeout | undefined;

  function end(silent: pg.Client): void {
    if (asked !== silent || client() !== silent) return;
    isSilent = true;
    onSilence(silent);
    for (const listener of listeners) listener();
  }

  /** One question at a time. */
  function ask(): void {
    const current = client();
    if (current === undefined || asked === current) return;
    asked = current;
    clearTimeout(patience);
    patience = setTimeout(() => {
      patience = setTimeout(() => end(current), READ_MS);
    }, ANSWER_MS);
    current.query('select 1').then(
      () => {
        if (asked !== current) return;
        asked = undefined;
        clearTimeout(patience);
      },
      () => onSilence(current),
    );
  }

  const clock = setInterval(ask, ASK_MS);
  return {
    isSilent: () => isSilent,
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    noteAnswer() {
      isSilent = false;
    },
    close() {
      clearInterval(clock);
      clearTimeout(patience);
    },
  };
}
