/** Requests that cannot be read, of which no route and no hook knows: too long, too slow, or no HTTP. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { OWN_HEADERS } from './header.ts';
import { createProblem, PROBLEM_MIME } from './problem.ts';

const STATUSES: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers of this request are too long together.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'This request did not arrive in time.'],
};
const OTHER = [400, 'This is no HTTP request that this server understands.'] as const;

/** Answers as the API does, and closes the connection. */
export function answerUnreadableRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, detail] = STATUSES[error.code ?? ''] ?? OTHER;
  const body = JSON.stringify(createProblem('invalid', detail, status));
  const headers = {
    ...OWN_HEADERS,
    'content-type': PROBLEM_MIME,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable)
    socket.write(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  socket.destroySoon();
}
