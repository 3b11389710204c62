import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPeerCheck } from '../../src/http/peer.ts';

const kernels: number[] = [];
const isKernelPeer = createPeerCheck(() => kernels);
const server = createServer((request, response) => {
  void isKernelPeer(request.socket).then((yes) => response.end(String(yes)));
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => server.close());

/**
 * What a process that asks is told; `asKernel` makes it one of the kernels before it asks, `wrap` asks from its child.
 */
async function ask(asKernel: boolean, wrap: boolean): Promise<string> {
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const code = `process.stdin.once('data', () => fetch(${JSON.stringify(url)}).then((answer) => answer.text()).then((text) => { console.log(text); process.exit(); }))`;
  const outer = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(code)}], { stdio: 'inherit', detached: true })`;
  const child = spawn(process.execPath, ['-e', wrap ? outer : code], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  if (asKernel && child.pid !== undefined) kernels.push(child.pid);
  child.stdin.write('go\n');
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  await once(child, 'close');
  kernels.length = 0;
  return text.trim();
}

const linux = process.platform === 'linux';

test.runIf(linux).each([
  [true, false, 'true'],
  [true, true, 'true'],
  [false, false, 'false'],
])('a kernel is told from others (kernel %s, its child %s)', async (asKernel, wrap, expected) => {
  expect(await ask(asKernel, wrap)).toBe(expected);
});
