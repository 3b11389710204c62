/** Long messages of kernels are decoded on a thread of their own. */
import { afterEach, expect, it } from 'vitest';
import { encodeMessage, WireError } from '../../src/kernel/protocol/wire.ts';
import { createDecodeClient, type DecodeClient } from '../../src/thread/decode-client.ts';
import type { JsonObject } from '../../src/domain/text/json.ts';

let client: DecodeClient;
afterEach(() => client.close());

function frames(data: JsonObject, header: JsonObject = { msg_type: 'display_data' }) {
  const buffers = [new Uint8Array(10)];
  const parent = { msg_id: 'p' };
  return encodeMessage({ identities: [], header, parent, metadata: {}, content: { data }, buffers }, 'key');
}

it('answers what was said, with long JSON as text', async () => {
  client = createDecodeClient();
  const names = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`name ${at}`, at]));
  const message = await client.decode(frames({ 'a/json': names, 'text/plain': 'shown' }), 'key', {});
  expect(message).toMatchObject({
    header: { msg_type: 'display_data' },
    parent: { msg_id: 'p' },
    content: { data: { 'text/plain': 'shown' } },
    long: [['a/json', JSON.stringify(names)]],
  });
});

it('refuses what was not signed with the key', async () => {
  client = createDecodeClient();
  await expect(client.decode(frames({}), 'another', {})).rejects.toThrow(WireError);
  await expect(client.decode([new Uint8Array(9)], 'key', {})).rejects.toThrow(WireError);
});

it('says what took too long, and reads the next', async () => {
  const tooLong = createDecodeClient(1);
  const deep = frames({ 'a/json': Object.fromEntries(Array.from({ length: 150_000 }, (_, at) => [`k${at}`, at])) });
  const message = await tooLong.decode(deep, 'key', {});
  expect(message).toMatchObject({ parent: { msg_id: 'p' }, content: {}, lost: 'effort' });
  // its header would take as long
  const header = { msg_type: 'x'.repeat(2_000_000) };
  await expect(tooLong.decode(frames({}, header), 'key', {})).rejects.toThrow(WireError);
  await tooLong.close();
  client = createDecodeClient();
  expect(await client.decode(deep, 'key', {})).toMatchObject({ long: [['a/json', expect.any(String)]] });
});
