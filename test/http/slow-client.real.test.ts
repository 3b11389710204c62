/** Clients that send their requests byte by byte, or nothing: others are served, and the slow ones are disconnected. */
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type TestSite } from './site.ts';

const CLIENTS = 60;
let site: TestSite;
let port: number;
beforeAll(async () => {
  site = await openSite({ requestMs: 1_000 });
  await site.app.listen({ host: '127.0.0.1', port: 0 });
  port = (site.app.server.address() as AddressInfo).port;
});
afterAll(async () => site.close());

/**
 * Sends the beginning, then a byte now and then until the server closes the connection; returns the server's answer.
 */
function drip(beginning: string, byte: string): { readonly closed: Promise<string>; readonly socket: Socket } {
  const socket = connect(port, '127.0.0.1');
  socket.write(beginning);
  const timer = setInterval(() => {
    if (byte !== '') socket.write(byte);
  }, 50);
  let said = '';
  socket.on('data', (chunk) => {
    said += String(chunk);
  });
  const closed = new Promise<string>((resolve) => {
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(timer);
        resolve(said);
      });
  });
  return { closed, socket };
}

it.each([
  ['headers', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', 'x'],
  [
    'a body',
    'POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{',
    ' ',
  ],
  [
    'a body in chunks',
    'POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    '1\r\n \r\n',
  ],
  ['nothing', '', ''],
])('that send %s slowly', async (_what, beginning, byte) => {
  const slow = Array.from({ length: CLIENTS }, () => drip(beginning, byte));
  try {
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    const said = await Promise.all(slow.map(({ closed }) => closed));
    for (const answer of said) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  } finally {
    for (const { socket } of slow) socket.destroy();
  }
});

it.each([
  ['with two lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
  ['with an encoding that is not known', 'Transfer-Encoding: xchunked'],
  ['with two different lengths', 'Content-Length: 5\r\nContent-Length: 0'],
])('that send a request %s are refused', async (_what, headers) => {
  const { closed, socket } = drip(`POST /theme HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n0\r\n\r\n`, '');
  try {
    expect(await closed).toMatch(/^HTTP\/1\.1 400 /);
  } finally {
    socket.destroy();
  }
});

it.each([
  [431, 'whose address is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
  [400, 'that is no HTTP', 'hello\r\n\r\n'],
])('get %d as a problem, with the headers of all answers, for a request %s', async (status, _what, text) => {
  const { closed, socket } = drip(text, '');
  try {
    const [head = '', body = ''] = (await closed).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    for (const line of ['content-type: application/problem+json', 'x-content-type-options: nosniff'])
      expect(head.split('\r\n')).toContain(line);
    expect(head).toMatch(/cache-control: no-store\r\n[^]*content-security-policy: default-src 'none'/);
    expect(JSON.parse(body)).toMatchObject({ status, code: 'invalid' });
  } finally {
    socket.destroy();
  }
});
