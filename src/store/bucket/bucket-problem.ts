/** Errors of an S3 server as sentences for whoever runs the server. */
import { AppError } from '../../domain/error.ts';

const RETRY_AFTER_S = 10;
const KEYS = 'SCRIPT_RUNNER_ARTIFACTS_KEY and SCRIPT_RUNNER_ARTIFACTS_SECRET';
const FULL = /Quota|StorageFull|EntityTooLarge/;
/** Codes of Node for TLS that fails. */
const UNTRUSTED = /CERT|SIGNATURE|ISSUER/;
const NO_TLS = /^(EPROTO|ERR_SSL)/;
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|EPIPE)/;
const SILENT = /^(ETIMEDOUT|TimeoutError|AbortError)/;

/** Names that servers give to a refused key and to a refused session; every other 403 is a missing right. */
const WRONG_KEY: ReadonlySet<string> = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch']);
const WRONG_TOKEN: ReadonlySet<string> = new Set([
  'InvalidToken',
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
]);
const WRONG_CLOCK = 'RequestTimeTooSkewed';

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
  if (WRONG_KEY.has(name)) return `refuses the access key or its secret. Correct ${KEYS}.`;
  if (WRONG_TOKEN.has(name))
    return `refuses the session token, which is wrong or has expired. Renew AWS_SESSION_TOKEN and what belongs to it, or set ${KEYS}.`;
  if (name === 'CredentialsProviderError' || name === 'CredentialsError')
    return `needs an access key, and there is none. Set ${KEYS}.`;
  if (/Region is missing/i.test(message)) return 'has no region. Set artifacts_region.';
  if (/Redirect|AuthorizationHeaderMalformed|IllegalLocation/.test(name) || status === 301)
    return 'is in another region, or behind another endpoint. Correct artifacts_region or artifacts_endpoint.';
  if (name === WRONG_CLOCK) return 'refuses the time of this machine. Set its clock by NTP.';
  if (FULL.test(name) || status === 507) return 'is full. Raise its quota.';
  if (UNTRUSTED.test(code))
    return `has a certificate that this machine does not trust (${code}). Let NODE_EXTRA_CA_CERTS name its authority.`;
  if (NO_TLS.test(code)) return 'does not speak TLS. Begin artifacts_endpoint with http:// or correct its port.';
  if (status === 403) return 'refuses access. The access key needs the rights that docs/operating.md lists.';
  if (UNREACHABLE.test(code) || UNREACHABLE.test(name) || UNREACHABLE.test(message))
    return 'cannot be reached. Correct artifacts_endpoint or artifacts_region, or start the server there.';
  if (SILENT.test(code) || SILENT.test(name))
    return 'does not answer in time. Look after the server and the network to it, or correct artifacts_endpoint.';
  if (
    error instanceof SyntaxError ||
    /char .* is not expected|not well-formed|Unclosed|deseriali[sz]ation/i.test(message)
  )
    return 'does not answer as an S3 server does. Correct artifacts_endpoint.';
  if (status >= 500) return `answers with an error (${status} ${name}).`;
  return `cannot be used (${[code, name].find((text) => text !== '') ?? 'no reason is known'}${status > 0 ? `, ${status}` : ''}).`;
}

/** Whether the key is right and lacks a right. */
export function isForbidden(error: unknown): boolean {
  const { name = '', $metadata } = error as Failure;
  const isOther = WRONG_KEY.has(name) || WRONG_TOKEN.has(name) || name === WRONG_CLOCK || FULL.test(name);
  return $metadata?.httpStatusCode === 403 && !isOther;
}

/** Whether another attempt gets the same answer. */
export function isRefusal(error: unknown): boolean {
  const status = (error as Failure).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
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
