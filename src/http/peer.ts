/**
 * Whether a request comes from one of our own kernels: the socket's other end is looked up in /proc/net/tcp and its
 * owner
 * among the kernels' processes. Where that cannot be told (other systems, other users' processes) the answer is no.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Socket } from 'node:net';

export type PeerCheck = (socket: Socket) => Promise<boolean>;

/** Answers once per connection. `isKernelProcess` overrides the look at `pids` and their descendants and sessions. */
export function createPeerCheck(pids: () => readonly number[], isKernelProcess?: (pid: number) => boolean): PeerCheck {
  const known = new WeakMap<Socket, Promise<boolean>>();
  const look = async (socket: Socket): Promise<boolean> => {
    // 0: not known yet, and the ancestor of all
    const kernels = pids().filter((pid) => pid > 0);
    if (isKernelProcess === undefined && kernels.length === 0) return false;
    const inode = await peerInode(socket);
    if (inode === undefined) return false;
    if (isKernelProcess === undefined)
      return (await Promise.all((await family(kernels)).map((pid) => holds(pid, inode)))).includes(true);
    const owners = await Promise.all((await processes()).map(async (pid) => isKernelProcess(pid) && holds(pid, inode)));
    return owners.includes(true);
  };
  return (socket) => {
    if (!isLoopback(socket.remoteAddress)) return Promise.resolve(false);
    const answer = known.get(socket) ?? look(socket).catch(() => false);
    known.set(socket, answer);
    return answer;
  };
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || /^(::ffff:)?127\./.test(address));
}

/** Inode of the client's end of a loopback connection: the row whose local port is our remote one, and the reverse. */
async function peerInode(socket: Socket): Promise<string | undefined> {
  const hex = (port: number | undefined) => (port ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const [client, server] = [hex(socket.remotePort), hex(socket.localPort)];
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readFile(table, 'utf8').catch(() => '')).split('\n')) {
      const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(`:${client}`) === true && remote?.endsWith(`:${server}`) === true) return inode;
    }
  }
  return undefined;
}

/** The kernels, the processes of their sessions and all descendants. */
async function family(kernels: readonly number[]): Promise<number[]> {
  const all = await Promise.all((await processes()).map(processStat));
  const members = new Set(kernels);
  for (let grown = true; grown;) {
    grown = false;
    for (const each of all) {
      if (each === undefined || members.has(each.pid) || !(members.has(each.parent) || members.has(each.session)))
        continue;
      members.add(each.pid);
      grown = true;
    }
  }
  return [...members];
}

async function processes(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

/**
 * Fields 4 (parent) and 6 (session) of /proc/<pid>/stat; the name in field 2 may hold anything but ends with the last
 * `)`.
 */
async function processStat(pid: number): Promise<{ pid: number; parent: number; session: number } | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? undefined : { pid, parent: Number(fields[1]), session: Number(fields[3]) };
}

async function holds(pid: number, inode: string): Promise<boolean> {
  const folder = `/proc/${String(pid)}/fd`;
  const links = await Promise.all(
    (await readdir(folder).catch(() => [])).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  return links.includes(`socket:[${inode}]`);
}
