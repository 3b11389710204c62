/** The security headers of every answer; routes that serve reports and downloads set stricter ones. */
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hostName, isLoopbackName } from './access/request-check.ts';
import type { App } from './site.ts';

/** No inline script or style, nothing from elsewhere; the report is in a frame with its own policy. */
const APP_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** As the policy of all pages, for one that pages of these origins may frame, and no others. */
export function framedPolicy(origins: readonly string[]): string {
  if (origins.length === 0) return APP_POLICY;
  return APP_POLICY.replace("frame-ancestors 'none'", `frame-ancestors ${origins.join(' ')}`);
}

/** For a year. Not for subdomains: they may be other servers, of which this one knows nothing. */
const HTTPS_ONLY = 'max-age=31536000';

/** For bytes that notebooks made: never rendered in the app's origin. */
export const DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** Of every answer, whatever the request is. */
export const OWN_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': APP_POLICY,
  'x-content-type-options': 'nosniff',
  // not no-referrer: that would set the Origin of our own forms to null
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

export function addHeaders(app: App): void {
  app.addHook('onRequest', async (request, reply) => void reply.headers(headersFor(request)));
}

/** Of an answer that nothing else is known about. */
export function headersFor({ protocol, host }: FastifyRequest): Readonly<Record<string, string>> {
  // not for localhost: it would concern every other server of the machine
  const isOwnHost = protocol === 'https' && !isLoopbackName(hostName(host));
  return {
    ...OWN_HEADERS,
    ...(isOwnHost ? { 'strict-transport-security': HTTPS_ONLY } : {}),
  };
}

/** Headers of a download: an attachment with a name that is safe in every browser. Source: RFC 6266, RFC 8187. */
export function attachment(reply: FastifyReply, name: string, mime: string): FastifyReply {
  return reply.headers({
    'content-type': mime,
    'content-disposition': contentDisposition(name),
    'content-security-policy': DOWNLOAD_POLICY,
  });
}
