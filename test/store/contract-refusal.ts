/** The sentences about a bucket that cannot be used, by a real S3 server and by what other servers answer. */
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BucketPlace } from '../../src/domain/run/blob.ts';
import { createBucket } from '../../src/store/bucket/bucket-client.ts';
import { checkBucket } from '../../src/store/bucket/bucket-open.ts';
import { startProxy, type BucketProxy, type Fault } from './bucket-proxy.ts';
import type { CephServer } from './ceph.ts';

const READER = { id: 'AKREAD', secret: 'SK/read+S3cret' };

const RIGHTS = [
  's3:ListBucket',
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:ListBucketMultipartUploads',
  's3:AbortMultipartUpload',
];

/** Of the place: the sentence, which must have no secret, nor must what the log gets of it. */
async function refusalOf(place: BucketPlace): Promise<string> {
  const error: unknown = await checkBucket(place).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'conflict' });
  const { message, stack, cause } = error as Error;
  const all = JSON.stringify([message, stack, String(cause), (cause as Error | undefined)?.stack]);
  expect(all).not.toMatch(/S3cret|AKTEST|AKREAD|TOKEN-OF/);
  expect(message).toMatch(/^The store of the reports’ files, s3:\/\/\S+, .*\.$/);
  return message;
}

export function testRefusals(
  server: () => CephServer,
  newPlace: (changes?: Partial<BucketPlace>) => BucketPlace,
): void {
  describe('a bucket that cannot be used', () => {
    it.each([
      ['which is not there', { bucket: 'nowhere' }, 'does not exist. Create the bucket'],
      ['with a wrong secret', { key: { id: 'AKTEST', secret: 'wrong' } }, 'refuses the access key or its secret'],
      ['with an unknown key', { key: { id: 'UNKNOWN', secret: 'x' } }, 'refuses the access key or its secret'],
      ['at a port without server', { endpoint: 'http://127.0.0.1:9' }, 'cannot be reached'],
      ['at a host without address', { endpoint: 'http://nowhere.invalid' }, 'cannot be reached'],
    ])('%s: one sentence', async (_, changes, expected) => {
      expect(await refusalOf(newPlace(changes))).toContain(expected);
    });

    it('by https where the server speaks http: one sentence', async () => {
      const endpoint = server().endpoint.replace('http:', 'https:');
      expect(await refusalOf(newPlace({ endpoint }))).toContain('does not speak TLS');
    });

    it.each<[string, Fault, string]>([
      ['a region that is another', { status: 400, code: 'AuthorizationHeaderMalformed' }, 'Correct artifacts_region'],
      ['a bucket elsewhere', { status: 301, code: 'PermanentRedirect' }, 'is in another region'],
      ['an expired session', { status: 400, code: 'ExpiredToken' }, 'session token, which is wrong or has expired'],
      ['a wrong clock', { status: 403, code: 'RequestTimeTooSkewed' }, 'Set its clock by NTP'],
      ['a quota', { status: 403, code: 'QuotaExceeded' }, 'is full. Raise its quota'],
      ['an error of its own', { status: 503, code: 'SlowDown' }, 'answers with an error (503 SlowDown)'],
      ['a page', { status: 200, body: '<!doctype html><p>Welcome' }, 'does not answer as an S3 server does'],
    ])('that answers with %s: one sentence', async (_, fault, expected) => {
      const proxy = await proxied();
      proxy.fail(() => fault);
      expect(await refusalOf(newPlace({ endpoint: proxy.endpoint }))).toContain(expected);
    });

    it('behind a proxy that drops ranges of bytes: one sentence, and nothing is left', async () => {
      const proxy = await proxied();
      proxy.fail(({ method, url }) =>
        method === 'GET' && url.includes('write-test') ? { status: 200, body: 'abc' } : undefined,
      );
      const place = newPlace({ endpoint: proxy.endpoint });
      expect(await refusalOf(place)).toContain('does not give parts of objects');
      await expectEmpty(newPlace({ prefix: place.prefix }));
    });

    it('without some rights: names them, and leaves nothing', async () => {
      const bucket = 'rights';
      const owner = createBucket(newPlace());
      await owner.client.send(new CreateBucketCommand({ Bucket: bucket }));
      server().addUser('reader', READER);
      const grant = (denied: readonly string[]) =>
        owner.client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy(bucket, denied) }));
      const place = newPlace({ bucket, key: READER });
      for (const right of RIGHTS) {
        await grant([right]);
        expect(await refusalOf(place)).toContain(`lacks the right ${right}. Grant it`);
        // an upload that may not be aborted stays
        if (right !== 's3:AbortMultipartUpload') await expectEmpty(newPlace({ bucket, prefix: '' }));
      }
      await grant(['s3:DeleteObject', 's3:PutObject']);
      expect(await refusalOf(place)).toContain('lacks the rights s3:DeleteObject, s3:PutObject. Grant them');
      await grant([]);
      await checkBucket(place);
    });

    async function proxied(): Promise<BucketProxy> {
      const proxy = await startProxy(server().endpoint);
      onTestFinished(() => proxy.close());
      return proxy;
    }
  });
}

/** No object, no upload. */
async function expectEmpty(place: BucketPlace): Promise<void> {
  const { client } = createBucket(place);
  const of = { Bucket: place.bucket, Prefix: place.prefix };
  const { Contents = [] } = await client.send(new ListObjectsV2Command(of));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(of));
  expect([Contents, Uploads]).toEqual([[], []]);
}

/** All rights but these. */
function policy(bucket: string, denied: readonly string[]): string {
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  const statement = (Effect: string, Action: readonly string[]) =>
    Action.length === 0 ? [] : [{ Effect, Principal: { AWS: ['arn:aws:iam:::user/reader'] }, Action, Resource }];
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [...statement('Allow', RIGHTS), ...statement('Deny', denied)],
  });
}
