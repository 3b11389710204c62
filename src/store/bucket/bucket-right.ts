/** Which rights the access key has on a bucket, found out by use. */
import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../domain/error.ts';
import { isAbsent, withinShortTime, withinTime, type Bucket } from './bucket-client.ts';
import { isForbidden } from './bucket-problem.ts';

/**
 * Leaves nothing in the bucket, unless the right to remove it is what is missing. Throws `conflict` that names the
 * missing rights, or says that the server does not give parts of objects, and otherwise what the client throws.
 */
export async function checkRights(bucket: Bucket): Promise<void> {
  const { client, name, prefix, shown } = bucket;
  const probe = { Bucket: name, Key: `${prefix}write-test/${randomUUID()}` };
  const missing: string[] = [];
  const tries = async (right: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!isForbidden(error)) throw error;
      missing.push(right);
    }
  };
  // an object is stored only when it can also be deleted
  await tries('s3:ListBucket', () =>
    client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: 1 }), withinShortTime()),
  );
  await Promise.all([
    tries('s3:GetObject', async () => {
      // who may not list is told that a missing object is forbidden
      if (missing.length === 0) await client.send(new GetObjectCommand(probe), withinTime()).catch(absent);
    }),
    tries('s3:DeleteObject', () => client.send(new DeleteObjectCommand(probe), withinTime())),
    tries('s3:ListBucketMultipartUploads', () =>
      client.send(new ListMultipartUploadsCommand({ Bucket: name, Prefix: prefix, MaxUploads: 1 }), withinTime()),
    ),
    tries('s3:PutObject', async () => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(probe), withinTime());
      await tries('s3:AbortMultipartUpload', () =>
        client.send(new AbortMultipartUploadCommand({ ...probe, UploadId }), withinTime()),
      );
    }),
  ]);
  if (missing.length > 0) throw lacking(shown, missing);
  await tries('s3:PutObject', () => client.send(new PutObjectCommand({ ...probe, Body: 'abc' }), withinTime()));
  try {
    // some servers say “absent” of what they forbid
    await tries('s3:GetObject', async () => {
      const { Body } = await client.send(new GetObjectCommand({ ...probe, Range: 'bytes=1-1' }), withinTime());
      if ((await Body?.transformToString()) !== 'b') throw withoutRanges(shown);
    });
  } finally {
    await tries('s3:DeleteObject', () => client.send(new DeleteObjectCommand(probe), withinTime()));
  }
  if (missing.length > 0) throw lacking(shown, missing);
}

function absent(error: unknown): void {
  if (!isAbsent(error)) throw error;
}

function lacking(shown: string, missing: readonly string[]): AppError {
  const which = missing.length === 1 ? 'the right' : 'the rights';
  return new AppError(
    'conflict',
    `The store of the reports’ files, ${shown}, refuses access: the access key lacks ${which} ${missing.toSorted().join(', ')}. Grant ${missing.length === 1 ? 'it' : 'them'} on the bucket and its objects.`,
  );
}

function withoutRanges(shown: string): AppError {
  return new AppError(
    'conflict',
    `The store of the reports’ files, ${shown}, does not give parts of objects: a request for bytes 1 to 1 got others. Use a server that supports the header Range, without a proxy that drops it.`,
  );
}
