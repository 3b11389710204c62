import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { encodeFrames, greeting, readyCommand } from '../../../src/kernel/protocol/zmtp-frame.ts';
import { createZmtpSocket } from '../../../src/kernel/protocol/zmtp-socket.ts';

/** The other side, which may send anything. */
async function listen() {
  const folder = await mkdtemp(join(tmpdir(), 'zmtp-'));
  const path = join(folder, 'k-5');
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
  return { endpoint: `ipc://${path}`, path, accept: async () => ((await once(server, 'connection')) as [Socket])[0] };
}

it('reads nothing while it is held, and goes on after it', async () => {
  const { endpoint, accept } = await listen();
  let heard = 0;
  const first = Promise.withResolvers<void>();
  const socket = createZmtpSocket(endpoint, {
    type: 'SUB',
    limitBytes: 1_000_000,
    onMessage() {
      heard += 1;
      if (heard === 1) socket.hold(true);
      if (heard === 1) first.resolve();
      if (heard === 3000) all.resolve();
    },
  });
  const all = Promise.withResolvers<void>();
  onTestFinished(() => socket.close());
  const accepted = accept();
  socket.connect();
  const peer = await accepted;
  peer.write(Buffer.concat([greeting(), readyCommand({ 'Socket-Type': 'PUB' })]));
  let isTaken = true;
  for (let sent = 0; sent < 3000; sent += 1) isTaken = peer.write(encodeFrames([Buffer.alloc(10_000)]));
  await first.promise;
  // the other side waits with everything that does not fit into its socket
  expect([isTaken, peer.writableLength > 10_000_000, heard < 100]).toEqual([false, true, true]);
  socket.hold(false);
  await all.promise;
});

it('reads its own messages beside others that are sent at the same time', async () => {
  const COUNT = 20;
  const heardBy = await Promise.all(
    [1, 2, 3].map(async (own) => {
      const { endpoint, accept } = await listen();
      const heard: number[] = [];
      const all = Promise.withResolvers<void>();
      const socket = createZmtpSocket(endpoint, {
        type: 'SUB',
        limitBytes: 1_000_000,
        onMessage({ frames }) {
          heard.push(...new Set(frames[0]));
          if (heard.length === COUNT) all.resolve();
        },
      });
      onTestFinished(() => socket.close());
      const accepted = accept();
      socket.connect();
      const peer = await accepted;
      peer.write(Buffer.concat([greeting(), readyCommand({ 'Socket-Type': 'PUB' })]));
      for (let sent = 0; sent < COUNT; sent += 1) peer.write(encodeFrames([Buffer.alloc(50_000, own)]));
      await all.promise;
      return heard;
    }),
  );
  expect(heardBy).toEqual([1, 2, 3].map((own) => Array.from({ length: COUNT }, () => own)));
});

it('comes again when the other side hangs up, and sends what waits once it is let in', async () => {
  const { endpoint, accept } = await listen();
  let lost = 0;
  const socket = createZmtpSocket(endpoint, {
    type: 'DEALER',
    identity: 'me',
    limitBytes: 1000,
    onMessage: () => undefined,
    onDisconnect: () => (lost += 1),
  });
  onTestFinished(() => socket.close());
  socket.send([Buffer.from('question')]);
  const accepted = accept();
  socket.connect();
  (await accepted).destroy();
  const peer = await accept();
  let told = '';
  const heard = Promise.withResolvers<void>();
  peer.on('data', (chunk) => {
    told += chunk.toString('latin1');
    if (told.includes('question')) heard.resolve();
  });
  peer.write(Buffer.concat([greeting(), readyCommand({ 'Socket-Type': 'ROUTER' })]));
  await heard.promise;
  expect(told).toContain('DEALER');
  expect(told).toContain('me');
  expect(lost).toBe(0);
});
