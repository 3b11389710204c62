/** The client of one bucket of an S3 server: bounded in time, attempts and connections. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { BucketPlace } from '../../domain/run/blob.ts';

const CONNECT_MS = 3_000;
/** Until the server answers one request. */
const ANSWER_MS = 15_000;
/** Of one request with its answer's bytes; a piece has some megabytes. */
export const REQUEST_MS = 30_000;
/** Of a question whose answer is small: a store that takes longer cannot be used. */
const QUESTION_MS = 6_000;
const ATTEMPTS = 3;
const CONNECTIONS = 32;
/** What servers other than Amazon's are content with. */
const ANY_REGION = 'us-east-1';

export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  readonly shown: string;
}

/** Sends nothing yet. */
export function createBucket({ bucket, prefix, shown, endpoint, region, pathStyle, key }: BucketPlace): Bucket {
  const sockets = { maxSockets: CONNECTIONS, keepAlive: true };
  const where = region ?? (endpoint === undefined ? undefined : ANY_REGION);
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: pathStyle }),
    ...(where === undefined ? {} : { region: where }),
    ...(key === undefined ? {} : { credentials: { accessKeyId: key.id, secretAccessKey: key.secret } }),
    maxAttempts: ATTEMPTS,
    // other servers than Amazon's do not know its newer checksums; every byte is checked when it is read
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      httpAgent: sockets,
      httpsAgent: sockets,
    },
  });
  return { client, name: bucket, prefix, shown };
}

/** The options of each request. */
export function withinTime(ms = REQUEST_MS) {
  return { abortSignal: AbortSignal.timeout(ms) };
}

/** The options of a request that only asks whether the store answers. */
export function withinShortTime() {
  return withinTime(QUESTION_MS);
}

/** A whole small object as text; undefined if there is none. Fails soon if the store does not answer. */
export async function readText({ client, name, prefix }: Bucket, key: string): Promise<string | undefined> {
  try {
    const found = await client.send(new GetObjectCommand({ Bucket: name, Key: prefix + key }), withinShortTime());
    return await found.Body?.transformToString();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** True for a missing object, not for a missing bucket. */
export function isAbsent(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name !== 'NoSuchBucket' && (name === 'NoSuchKey' || $metadata?.httpStatusCode === 404);
}
