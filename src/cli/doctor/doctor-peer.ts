/** What `doctor` says about notebooks that call the server: a kernel really calls, and hides while it does. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { Peer } from '../../domain/access/peer.ts';
import type { KernelSupplier } from '../../domain/kernel/kernel.ts';
import { kernelRequest } from '../../domain/kernel/kernel-request.ts';
import { createPeerCheck } from '../../http/access/peer.ts';
import { findGroupPlaces } from '../../kernel/sandbox/cgroup.ts';
import { createPeerProbe, type PeerMethod } from '../../kernel/sandbox/peer.ts';
import { createKernelSupplier } from '../../kernel/supplier.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Notebooks as clients';
const WAIT_MS = 60_000;
const ANSWER_MS = 10_000;

/** The result for each kind of client. */
export interface PeerTrial {
  /** This process itself. */
  readonly own: Peer;
  /** A notebook that waits for its answer. */
  readonly waiting: Peer;
  /** A notebook that has closed its connection before the server looks. */
  readonly closed: Peer;
  /** How the system distinguishes them: the result for a closed connection may be luck. */
  readonly method: PeerMethod | undefined;
}

export async function checkPeers(config: Config, python: string, held: readonly string[]): Promise<DoctorFinding> {
  if (process.platform !== 'linux') return judgePeers(undefined);
  if (config.network !== 'on' && held.includes('network')) {
    return { name: NAME, state: 'ok', text: 'scripts cannot reach the server: the setting network is not "on"' };
  }
  try {
    return judgePeers(await tryPeers(config, python), process.getuid?.() === 0);
  } catch (error) {
    return { name: NAME, state: 'problem', text: error instanceof Error ? error.message : String(error) };
  }
}

export function judgePeers(trial: PeerTrial | undefined, isRoot = false): DoctorFinding {
  if (trial === undefined || trial.waiting === 'other' || trial.closed === 'other') {
    return {
      name: NAME,
      state: 'warning',
      text: 'the server cannot distinguish requests of scripts from others: a script may do what a visitor may',
      remedy: 'Linux distinguishes them. On other systems, set password_hash, so that everybody signs in.',
    };
  }
  const remedy = isRoot
    ? 'Control groups of version 2 (a mount of cgroup2) on Linux 5.15 or later distinguish all clients.'
    : 'As root, or in a systemd service with Delegate=yes, control groups distinguish all clients.';
  if (trial.own !== 'other') {
    const text = 'the server cannot distinguish clients on this machine from scripts: all of them must sign in';
    return { name: NAME, state: 'warning', text, remedy };
  }
  if (trial.method === 'group') {
    const text = 'refused, whichever process has the connection: it carries the control group in which it was made';
    return { name: NAME, state: 'ok', text };
  }
  const text =
    'refused, by the processes that hold a connection open. A client of this server’s own user that the system hides (such as ssh -L) must sign in';
  return { name: NAME, state: 'warning', text, remedy };
}

async function tryPeers(config: Config, python: string): Promise<PeerTrial> {
  const directory = await mkdtemp(join(tmpdir(), 'script-runner-doctor-'));
  const { isolation, environment } = config;
  const supplier = await createKernelSupplier({
    python,
    scriptsDirectory: directory,
    environment,
    isolation,
    poolSize: 0,
  });
  const server = createServer();
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const found = collect(server, supplier);
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    const own = await found();
    client.destroy();
    const kernel = await supplier.acquire(kernelRequest('doctor', directory), AbortSignal.timeout(WAIT_MS));
    const call = `import socket\nlink = socket.create_connection(("127.0.0.1", ${String(port)}), 10)`;
    const silent = { onMessage: () => {}, silent: true };
    await kernel.execute(`${call}\nlink.recv(1)`, silent);
    const waiting = await found();
    await kernel.execute(`${call}\nlink.sendall(b"x"); link.close()`, silent);
    const closed = await found();
    await kernel.kill();
    return { own, waiting, closed, method: await findMethod(python) };
  } finally {
    server.close();
    await supplier.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function findMethod(python: string): Promise<PeerMethod | undefined> {
  const probe = createPeerProbe({ python, places: await findGroupPlaces(), name: 'script-runner-k-doctor' });
  try {
    return await probe.method;
  } finally {
    await probe.close();
  }
}

/** Returns a function that waits for the next client and settles with its kind; the client is answered then. */
function collect(server: Server, supplier: KernelSupplier): () => Promise<Peer> {
  const peers = createPeerCheck(supplier);
  const found: Promise<Peer>[] = [];
  const waiting: ((peer: Promise<Peer>) => void)[] = [];
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    const peer = peers.look(socket).finally(() => socket.end('x'));
    const next = waiting.shift();
    if (next === undefined) found.push(peer);
    else next(peer);
  });
  return () => {
    const known = found.shift();
    if (known !== undefined) return known;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The kernel did not reach this program.')), ANSWER_MS);
      waiting.push((peer) => {
        clearTimeout(timer);
        resolve(peer);
      });
    });
  };
}
