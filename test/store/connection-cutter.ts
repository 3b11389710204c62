/** Stands between a client and PostgreSQL, and cuts the connection at a COMMIT: before or after the server has it. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface ConnectionCutter {
  readonly port: number;
  /** At the next one, of whichever connection. */
  cutCommit(when: 'before' | 'after'): void;
  /** How many were cut. */
  cuts(): number;
  /** From now on nothing passes, and nobody is told, as when a cable is pulled; false: it passes again. */
  silence(isSilent: boolean): void;
  close(): Promise<void>;
}

export async function createCutter(target: number): Promise<ConnectionCutter> {
  let next: 'before' | 'after' | undefined;
  let cuts = 0;
  let isSilent = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    // a connection that was made during the silence, or had something lost in it, stays silent
    let isLost = false;
    const loses = () => (isLost ||= isSilent);
    const database = connect(target, '127.0.0.1');
    let isDone = false;
    const cut = () => {
      cuts += 1;
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on('data', (piece) => {
      if (loses()) return;
      if (next !== undefined && piece.includes('commit\0')) {
        const when = next;
        next = undefined;
        if (when === 'before') return cut();
        isDone = true;
      }
      database.write(piece);
    });
    // its answer is the proof that the server has committed
    database.on('data', (piece) => {
      if (loses()) return;
      if (isDone) cut();
      else client.write(piece);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cutCommit(when) {
      next = when;
    },
    cuts: () => cuts,
    silence(wanted) {
      isSilent = wanted;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
