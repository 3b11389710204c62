import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createPeerCheck } from '../../src/http/peer.ts';

it('a kernel whose process is not known yet makes nobody a kernel', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  expect(await createPeerCheck(() => [process.pid])(socket)).toBe(true);
  expect(await createPeerCheck(() => [0])(socket)).toBe(false);
});
