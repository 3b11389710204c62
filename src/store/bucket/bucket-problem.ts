/** Errors of an S3 server as sentences for whoever runs the server. */
import { AppError } from '../../domain/error.ts';

const RETRY_AFTER_S = 10;
const RIGHTS = 's3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload';
const KEYS = 'SCRIPT_RUNNER_ARTIFACTS_KEY and SCRIPT_RUNNER_ARTIFACTS_SECRET';
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError|AbortError)/;

interface Failure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Why the store cannot be used, as the end of a sentence, and what would be right. */
function reasonOf(error: Failure): string {
  const { name = '', code = '', message = '' } = error;
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (name === 'NoSuchBucket') return 'does not exist. Create the bucket, or correct the setting artifacts.';
  if (['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'ExpiredToken'].includes(name))
    return `refuses the access key or its secret. Correct ${KEYS}.`;
  if (name === 'CredentialsProviderError' || name === 'CredentialsError')
    return `needs an access key, and there is none. Set ${KEYS}.`;
  if (/Region is missing/i.test(message)) return 'has no region. Set artifacts_region.';
  if (/Redirect|AuthorizationHeaderMalformed|IllegalLocation/.test(name) || status === 301)
    return 'is in another region, or behind another endpoint. Correct artifacts_region or artifacts_endpoint.';
  if (name === 'RequestTimeTooSkewed') return 'refuses the time of this machine. Set its clock by NTP.';
  if (/Quota|StorageFull|EntityTooLarge/.test(name) || status === 507) return 'is full. Raise its quota.';
  if (status === 403) return `refuses access. The access key needs the rights ${RIGHTS}.`;
  if (UNREACHABLE.test(code) || UNREACHABLE.test(name) || UNREACHABLE.test(message))
    return 'cannot be reached. Correct artifacts_endpoint or artifacts_region, or start the server there.';
  if (status >= 500) return `answers with an error (${status} ${name}).`;
  return `cannot be used (${[code, name].find((text) => text !== '') ?? 'no reason is known'}${status > 0 ? `, ${status}` : ''}).`;
}

/** `conflict`, for the start and `doctor`; an `AppError` is returned unchanged. */
export function bucketRefusal(shown: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('conflict', `The store of the reports’ files, ${shown}, ${reasonOf(error as Failure)}`, {
    cause: causeOf(error),
  });
}

/** `unavailable`, while the server runs. Pages show it to everybody: it names no address. */
export function bucketFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(
    'unavailable',
    'The files of reports cannot be stored or read at the moment: their store does not answer as it should. Try again in a moment.',
    { retryAfterS: RETRY_AFTER_S, cause: causeOf(error) },
  );
}

/** For logs: the SDK's errors contain requests, which contain keys. */
function causeOf(error: unknown): Error {
  const { name = '', code = '', message = '', $metadata } = error as Failure;
  return new Error([name, code, $metadata?.httpStatusCode, message].filter(Boolean).join(' '));
}
