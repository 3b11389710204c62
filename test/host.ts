/**
 * Another host on a network of its own, whose packets can be lost: a network namespace, or, where the tests may make
 * none, a proxy before the database that passes nothing on.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCutter, type ConnectionCutter } from './store/connection-cutter.ts';

export interface Host {
  /** Address of this machine for that host: servers must listen there, too. */
  readonly near: string;
  /** Starts a command there. */
  readonly wrapper: readonly string[];
  /** The address of a database on this machine, for processes there. */
  databaseUrl(url: string): Promise<string>;
  /** The address of a server that listens on the loopback there, for this process; `silence` does not concern it. */
  reach(url: string): Promise<string>;
  /** From now on nothing passes between that host and the database, and nobody is told; false: it passes again. */
  silence(isSilent: boolean): void;
  close(): Promise<void>;
}

/** Whether this user may make network namespaces. */
export const hasNamespaces = canMakeNamespace();

export function makeHost(): Host {
  return hasNamespaces ? namespaceHost() : proxyHost();
}

function canMakeNamespace(): boolean {
  const name = `script-runner-${process.pid}-probe`;
  const made = ip('netns', 'add', name).status === 0 && ip('-n', name, 'link', 'set', 'lo', 'up').status === 0;
  ip('netns', 'del', name);
  return made;
}

function ip(...words: readonly string[]) {
  return spawnSync('ip', words, { encoding: 'utf8' });
}

function must(...words: readonly string[]): void {
  const { status, stderr } = ip(...words);
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}

/** Nobody has this hardware address: whoever receives packets to it drops them. */
const NOBODY = '02:00:00:00:00:99';

function namespaceHost(): Host {
  const name = `script-runner-${process.pid}`;
  must('netns', 'add', name);
  must('-n', name, 'link', 'set', 'lo', 'up');
  const { near, far, device } = linkTo(name);
  const wrapper = ['ip', 'netns', 'exec', name];
  const folder = mkdtempSync(join(tmpdir(), 'host-'));
  const reached: (() => Promise<void>)[] = [];
  return {
    near,
    wrapper,
    databaseUrl: async (url) => url.replace('127.0.0.1', near),
    async reach(url) {
      const path = join(folder, `${reached.length}.sock`);
      const { port, close } = await reachPort(wrapper, path, new URL(url).port);
      reached.push(close);
      return `http://127.0.0.1:${port}`;
    },
    silence(isSilent) {
      for (const [where, peer] of [
        [[], far],
        [['-n', name], near],
      ] as const) {
        if (isSilent) must(...where, 'neigh', 'replace', peer, 'lladdr', NOBODY, 'dev', device, 'nud', 'permanent');
        else must(...where, 'neigh', 'del', peer, 'dev', device);
      }
    },
    async close() {
      await Promise.all(reached.map((end) => end()));
      must('netns', 'del', name);
      rmSync(folder, { recursive: true });
    },
  };
}

/** A pair of devices of one name, here and in the namespace, in a network that this machine does not use yet. */
function linkTo(namespace: string) {
  const used = new Set(Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []));
  const base = `10.213.${process.pid % 250}.`;
  const network = Array.from({ length: 64 }, (_, index) => index * 4).find((at) => !used.has(`${base}${at + 1}`));
  if (network === undefined) throw new Error('all networks of the tests are in use');
  const [near, far, device] = [`${base}${network + 1}`, `${base}${network + 2}`, `sr${process.pid}`];
  must('link', 'add', device, 'type', 'veth', 'peer', 'name', device, 'netns', namespace);
  for (const [where, address] of [
    [[], near],
    [['-n', namespace], far],
  ] as const) {
    must(...where, 'addr', 'add', `${address}/30`, 'dev', device);
    must(...where, 'link', 'set', device, 'up');
  }
  return { near, far, device };
}

/** Passes connections from a socket in a folder, which both hosts see, to the port in its second argument. */
const PASS = `const { connect, createServer } = require('node:net');
const [path, port] = process.argv.slice(1);
createServer((client) => {
  const server = connect(Number(port), '127.0.0.1');
  for (const [from, to] of [[client, server], [server, client]]) {
    from.pipe(to);
    from.on('error', () => undefined);
    from.on('close', () => to.destroy());
  }
}).listen(path, () => console.log('listens'));`;

async function reachPort(wrapper: readonly string[], path: string, port: string) {
  const [command = '', ...words] = [...wrapper, process.execPath, '-e', PASS, path, port];
  const passing = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(passing.stdout, 'data');
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const far = connect(path);
    for (const [from, to] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => endPassing(server, sockets, passing) };
}

async function endPassing(server: Server, sockets: ReadonlySet<Socket>, passing: ChildProcess): Promise<void> {
  server.close();
  for (const socket of sockets) socket.destroy();
  const ended = once(passing, 'close');
  passing.kill();
  await ended;
}

function proxyHost(): Host {
  const cutters: ConnectionCutter[] = [];
  return {
    near: '127.0.0.1',
    wrapper: [],
    async databaseUrl(url) {
      const { port } = new URL(url);
      const cutter = await createCutter(Number(port));
      cutters.push(cutter);
      return url.replace(`:${port}/`, `:${cutter.port}/`);
    },
    reach: async (url) => url,
    silence: (isSilent) => cutters.forEach((each) => each.silence(isSilent)),
    close: async () => void (await Promise.all(cutters.map((each) => each.close()))),
  };
}
