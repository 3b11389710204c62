/** What the reader of a table is told when the server does not answer with rows. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { fetchRows } from '../../../src/web/island/table-fetch.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<unknown>((resolve) => (server?.listening === true ? server.close(resolve) : resolve(undefined)));
});

async function addressOf(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/rows`;
}

const never = new AbortController().signal;

it.each([
  [410, '{"detail":"The bytes of this table were deleted."}', 'The bytes of this table were deleted.', false],
  [404, '<h1>Not found</h1>', 'The rows of this table are no longer available.', false],
  [400, '{"detail":"This table cannot be shown: too large."}', 'This table cannot be shown: too large.', false],
  [503, '{"detail":"Too many readers."}', 'Too many readers.', true],
  [502, '<h1>Bad gateway</h1>', '', true],
  [200, '<p>Log in to this network</p>', '', true],
])('says why there are no rows, from status %i and %s', async (status, body, said, mayRetry) => {
  const address = await addressOf((_request, response) => response.writeHead(status).end(body));
  expect(await fetchRows(address, never)).toEqual({ problem: { said, mayRetry } });
});

it('says that the server cannot be reached', async () => {
  const address = await addressOf((request) => request.socket.destroy());
  const problem = { said: 'The server cannot be reached. Check the connection, then try again.', mayRetry: true };
  expect(await fetchRows(address, never)).toEqual({ problem });
});

it('says that the server takes too long', async () => {
  const address = await addressOf((_request, response) => response.writeHead(200).write('{'));
  const said = 'The server takes too long to read these rows. Try again, or filter by fewer columns.';
  expect(await fetchRows(address, AbortSignal.timeout(50))).toEqual({ problem: { said, mayRetry: true } });
});
