import { expect, it } from 'vitest';
import { createHandshake } from '../../../src/kernel/protocol/handshake.ts';
import type { Message } from '../../../src/kernel/protocol/wire.ts';

const message = (type: string, content: Message['content'] = {}): Message => ({
  header: { msg_type: type },
  parent: {},
  metadata: {},
  content,
  buffers: [],
  identities: [],
});

function begun(known?: Message['content']) {
  let requests = 0;
  const handshake = createHandshake(() => void (requests += 1));
  const done = handshake.complete(new AbortController().signal, known);
  return { handshake, done, requests: () => requests };
}

it('asks a kernel what it is, and waits until its outputs are heard', async () => {
  const { handshake, done, requests } = begun();
  handshake.onMessage('shell', message('kernel_info_reply', { implementation: 'ipython' }));
  expect(handshake.hasWelcomed()).toBe(false);
  handshake.onMessage('iopub', message('iopub_welcome'));
  expect(await done).toEqual({ implementation: 'ipython' });
  expect([handshake.hasWelcomed(), requests()]).toEqual([true, 1]);
});

it('asks nothing of a kernel that is known', async () => {
  const { handshake, done, requests } = begun({ implementation: 'known' });
  handshake.onMessage('iopub', message('iopub_welcome'));
  expect(await done).toEqual({ implementation: 'known' });
  expect(requests()).toBe(0);
});
