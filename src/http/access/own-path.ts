/** Where a redirect may lead: only to paths of this server, whatever a form, a link or a Referer names. */
import type { FastifyRequest } from 'fastify';
import type { Urls } from '../../page/urls.ts';

/** Stands for this server while an address is parsed. */
const OWN = 'http://own.invalid';

/**
 * The path and query of `text`, relative to this server, as browsers read it: dots resolved, backslashes turned.
 * Undefined if that is another host or is outside the base path.
 */
export function ownPath({ basePath }: Pick<Urls, 'basePath'>, text: string): string | undefined {
  const url = text.startsWith('/') && !/[\0-\x1f\x7f]/.test(text) ? URL.parse(text, OWN) : null;
  if (url?.origin !== OWN) return undefined;
  // browsers take an address that begins with two slashes for another host
  if (url.pathname.startsWith('//') || !url.pathname.startsWith(`${basePath}/`)) return undefined;
  return `${url.pathname}${url.search}`;
}

/** The page that held the form which was sent, if it was a page of this server. */
export function pageBefore(urls: Pick<Urls, 'basePath'>, { headers, host }: FastifyRequest): string | undefined {
  const url = headers.referer === undefined ? null : URL.parse(headers.referer);
  return url?.host === host ? ownPath(urls, `${url.pathname}${url.search}`) : undefined;
}
