/** Who is at the other end of a connection, found once and remembered for all its requests. */
import type { Socket } from 'node:net';
import type { Peer } from '../../domain/access/peer.ts';
import type { KernelSupplier } from '../../domain/kernel/kernel.ts';

export interface PeerCheck {
  /** Never rejects. */
  look(socket: Socket): Promise<Peer>;
  /** What `look` has found; `unknown` until then. */
  of(socket: Socket): Peer;
}

export function createPeerCheck(kernels: Pick<KernelSupplier, 'peer'>): PeerCheck {
  const looks = new WeakMap<Socket, Promise<Peer>>();
  const found = new WeakMap<Socket, Peer>();
  const ask = async (socket: Socket): Promise<Peer> => {
    const { remoteAddress, remotePort = 0, localAddress, localPort = 0 } = socket;
    // already closed: its owner can no longer be found
    if (remoteAddress === undefined) return 'unknown';
    const client = { address: remoteAddress, port: remotePort };
    const server = { address: localAddress ?? remoteAddress, port: localPort };
    return (await kernels.peer?.({ client, server })) ?? 'other';
  };
  return {
    look(socket) {
      const known = looks.get(socket);
      if (known !== undefined) return known;
      const look = ask(socket)
        .catch((): Peer => 'unknown')
        .then((peer) => {
          found.set(socket, peer);
          return peer;
        });
      looks.set(socket, look);
      return look;
    },
    of: (socket) => found.get(socket) ?? 'unknown',
  };
}
