/**
 * Notifications between the processes that share a PostgreSQL database, by LISTEN and NOTIFY. They carry the topic
 * only; readers select what is newer. Who may have missed some, because the connection was lost, is notified of all.
 */
import pg from 'pg';
import { createNotifier, type Notifier } from '../notifier.ts';
import { clientOptions, type PostgresOptions } from './postgres-pool.ts';
import { watchSilence, type DatabaseSilence } from './postgres-silence.ts';

const CHANNEL = 'script_runner';
const NOTIFY = 'select pg_notify($1, topic) from unnest($2::text[]) as topic';
/** Notifications within this time after another one are sent together: a run that prints notifies often. */
const GATHER_MS = 10;
const RECONNECT_MS = 1_000;
/** In case the server forgot one, or a connection ended without a word. */
const POLL_MS = 15_000;

export interface SharedNotifier extends Notifier {
  readonly silence: DatabaseSilence;
  /** Sends what was gathered, and disconnects. */
  close(): Promise<void>;
}

export interface NotifierOptions extends PostgresOptions {
  /** Called when the connection is lost or cannot be made; it is tried again. */
  readonly onProblem: (error: unknown) => void;
}

/** Settles when it listens. Listeners of this process are called at once, those of the others when told. */
export async function createSharedNotifier(options: NotifierOptions): Promise<SharedNotifier> {
  const local = createNotifier();
  const waiting = new Set<string>();
  let gathering: NodeJS.Timeout | undefined;
  let sending = Promise.resolve();

  /** Without a connection the topics wait; each is in the set once. */
  function send(): void {
    sending = sending.then(async () => {
      const client = listener.client();
      const topics = [...waiting];
      if (client === undefined || topics.length === 0) return;
      waiting.clear();
      await client.query(NOTIFY, [CHANNEL, topics]).catch((error: unknown) => {
        for (const topic of topics) waiting.add(topic);
        options.onProblem(error);
        listener.drop(client);
      });
    });
  }

  /** The first at once, so that an idle worker starts at once; those that follow closely together. */
  function gather(): void {
    send();
    gathering = setTimeout(() => {
      gathering = undefined;
      if (waiting.size > 0 && listener.client() !== undefined) gather();
    }, GATHER_MS);
  }

  const listener = keepListening(options, local.notify, () => {
    local.notifyAll();
    send();
  });
  await listener.connected;
  const poll = setInterval(() => {
    local.notifyAll();
  }, POLL_MS);
  return {
    listen: local.listen,
    silence: listener.silence,
    notify(topic) {
      local.notify(topic);
      waiting.add(topic);
      if (gathering === undefined) gather();
    },
    async close() {
      clearInterval(poll);
      clearTimeout(gathering);
      send();
      await sending;
      await listener.close();
    },
  };
}

/** One connection that listens; a lost one is made again. `connected` rejects if the first one cannot be made. */
function keepListening(options: NotifierOptions, onTopic: (topic: string) => void, onConnect: () => void) {
  const { onProblem } = options;
  let client: pg.Client | undefined;
  let isClosed = false;
  let waiting: NodeJS.Timeout | undefined;
  const silence = watchSilence({ client: () => client, onSilence: drop });

  async function connect(): Promise<void> {
    const next = new pg.Client(clientOptions(options));
    next.on('error', onProblem);
    next.on('notification', ({ payload = '' }) => onTopic(payload));
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    next.once('end', () => {
      client = undefined;
      reconnect();
    });
    if (isClosed) return next.end();
    client = next;
    silence.noteAnswer();
    onConnect();
  }

  /** Ends the connection, which is then made again. */
  function drop(broken: pg.Client): void {
    void broken.end().catch(() => undefined);
  }

  function reconnect(): void {
    if (isClosed) return;
    waiting = setTimeout(() => {
      connect().catch((error: unknown) => {
        onProblem(error);
        reconnect();
      });
    }, RECONNECT_MS);
  }

  return {
    connected: connect(),
    client: () => client,
    drop,
    silence,
    async close() {
      isClosed = true;
      silence.close();
      clearTimeout(waiting);
      await client?.end();
    },
  };
}
