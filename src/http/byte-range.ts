/** Which part of a file a request wants. Source: RFC 9110, section 14. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange } from '../domain/run/blob.ts';

export interface WholeFile {
  /** Of its bytes: the file of another run may have the same name. */
  readonly hash: string;
  readonly sizeBytes: number;
}

const ONE_RANGE = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * The part; undefined: the whole file, also for several ranges at once, which a server need not answer, and for a range
 * of another version of the file. Throws with status 416 (and sets the header that belongs to it) for a part beyond the
 * end.
 */
export function wantedRange(request: FastifyRequest, reply: FastifyReply, file: WholeFile): ByteRange | undefined {
  const { range, 'if-range': condition } = request.headers;
  if (request.method !== 'GET' || (condition !== undefined && condition !== etagOf(file))) return undefined;
  const [, from = '', to = ''] = ONE_RANGE.exec(range ?? '') ?? [];
  const { sizeBytes } = file;
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  if (first <= last) return { first, last };
  void reply.header('content-range', `bytes */${String(sizeBytes)}`);
  throw Object.assign(new Error(`The file has ${String(sizeBytes)} bytes, and ${range ?? ''} begins beyond them.`), {
    statusCode: 416,
  });
}

/** Status and headers of the whole file, or of a part of it. */
export function rangeHeaders(reply: FastifyReply, file: WholeFile, range: ByteRange | undefined): FastifyReply {
  void reply.headers({ 'accept-ranges': 'bytes', etag: etagOf(file) });
  if (range === undefined) return reply.header('content-length', String(file.sizeBytes));
  const { first, last } = range;
  return reply.code(206).headers({
    'content-range': `bytes ${String(first)}-${String(last)}/${String(file.sizeBytes)}`,
    'content-length': String(last - first + 1),
  });
}

function etagOf({ hash }: WholeFile): string {
  return `"${hash}"`;
}
