/**
 * Distinguishes kernels from other clients of the server: a helper process asks the system who is at the other end of a
 * connection; see `python/script_runner_kernel/peer/program.py`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isJsonObject } from '../../domain/text/json.ts';
import type { Peer, SocketEnds } from '../../domain/access/peer.ts';
import type { GroupPlace } from './cgroup.ts';

const PROGRAM = fileURLToPath(new URL('../../../python/script_runner_kernel/peer/program.py', import.meta.url));
/** After this time, a client counts as unknown. */
const ANSWER_MS = 5_000;
const MOST_QUESTIONS = 10_000;

/**
 * How clients are distinguished: by the control group in which a connection was made, or by the processes that hold it.
 */
export type PeerMethod = 'group' | 'process';

export interface PeerProbe {
  /** `kernels`: processes from which all kernels descend. Never rejects; `unknown` if the system does not say. */
  request(ends: SocketEnds, kernels: readonly number[]): Promise<Peer>;
  /** Undefined if the helper does not run. */
  readonly method: Promise<PeerMethod | undefined>;
  close(): Promise<void>;
}

interface Options {
  /** Interpreter with the standard library. */
  readonly python: string;
  readonly places: readonly GroupPlace[];
  /** The prefix of the names of this server's control groups. */
  readonly name: string;
}

/** Starts the helper at once, and again if it has ended by itself. */
export function createPeerProbe({ python, places, name }: Options): PeerProbe {
  const plan = JSON.stringify({ folder: places.find(({ version }) => version === 2)?.path ?? null, name });
  let isClosed = false;
  let helper: Helper | undefined = startHelper(python, plan);
  const method = helper.method;
  return {
    method,
    request(ends, kernels) {
      if (isClosed) return Promise.resolve('unknown');
      if (helper === undefined || helper.isGone()) helper = startHelper(python, plan);
      return helper.request(ends, kernels);
    },
    async close() {
      isClosed = true;
      await helper?.close();
    },
  };
}

interface Helper {
  readonly method: Promise<PeerMethod | undefined>;
  request(ends: SocketEnds, kernels: readonly number[]): Promise<Peer>;
  isGone(): boolean;
  close(): Promise<void>;
}

function startHelper(python: string, plan: string): Helper {
  const child = spawn(python, ['-I', '-S', PROGRAM, plan], { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
  const waiting = new Map<number, (peer: Peer) => void>();
  const { promise: method, resolve: setMethod } = Promise.withResolvers<PeerMethod | undefined>();
  const gone = whenGone(child).then(() => {
    setMethod(undefined);
    for (const resolve of waiting.values()) resolve('unknown');
    waiting.clear();
  });
  let isGone = false;
  void gone.then(() => {
    isGone = true;
  });
  child.stdin.on('error', () => undefined); // it has ended: `gone` says so
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply: unknown = JSON.parse(line);
    if (!isJsonObject(reply)) return;
    if (reply['by'] !== undefined) return setMethod(reply['by'] as PeerMethod);
    waiting.get(Number(reply['id']))?.(reply['peer'] as Peer);
    waiting.delete(Number(reply['id']));
  });
  let count = 0;
  return {
    method,
    isGone: () => isGone,
    request({ client, server }, kernels) {
      if (isGone || waiting.size >= MOST_QUESTIONS) return Promise.resolve('unknown');
      const id = (count += 1);
      const ends = { client: [client.address, client.port], server: [server.address, server.port] };
      return new Promise<Peer>((resolve) => {
        const timer = setTimeout(() => answer('unknown'), ANSWER_MS);
        timer.unref();
        const answer = (peer: Peer) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(peer);
        };
        waiting.set(id, answer);
        child.stdin.write(`${JSON.stringify({ id, ...ends, kernels })}\n`);
      });
    },
    async close() {
      child.stdin.end();
      child.kill();
      await gone;
    },
  };
}

async function whenGone(child: ChildProcess): Promise<void> {
  await Promise.race([once(child, 'close'), new Promise((resolve) => child.once('error', resolve))]).catch(
    () => undefined,
  );
}
