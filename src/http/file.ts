/** Serves files unchanged: built assets (`/assets/`, cached for ever) and the project's own files (`/static/`). */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isUtf8MimeType, mime, send } from '@fastify/send';
import fastifyStatic from '@fastify/static';
import { openPlainFileIn } from '../disk/plain-file.ts';
import { descriptorPath } from '../system/proc.ts';
import { MANIFEST } from '../disk/asset-manifest.ts';
import type { App, Site } from './site.ts';

export async function addFiles(app: App, { options }: Site): Promise<void> {
  const { assetsDirectory, staticDirectory, basePath } = options;
  if (existsSync(assetsDirectory)) {
    await app.register(fastifyStatic, {
      root: assetsDirectory,
      prefix: `${basePath}/assets/`,
      index: false,
      preCompressed: true,
      cacheControl: false,
      decorateReply: false,
      allowedPath: (path) => !path.endsWith(MANIFEST),
      // public, and needed by reports, whose origin is opaque
      setHeaders: (reply) => {
        reply.header('cache-control', 'public, max-age=31536000, immutable');
        reply.header('access-control-allow-origin', '*');
        reply.header('cross-origin-resource-policy', 'cross-origin');
      },
    });
  }
  if (staticDirectory !== undefined) addOwnFiles(app, `${basePath}/static/`, staticDirectory);
}

/** The file that was opened and checked is sent: its name may refer to another file a moment later. */
function addOwnFiles(app: App, prefix: string, folder: string): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: `${prefix}*`,
    schema: { hide: true },
    handler: async (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      const file = isServed(path) ? await openPlainFileIn(folder, path) : undefined;
      if (file === undefined) return reply.callNotFound();
      try {
        const place = process.platform === 'linux' ? descriptorPath(file) : join(folder, path);
        const { statusCode, headers, stream } = await send(request.raw, encodeURI(place), {
          index: false,
          contentType: false,
          cacheControl: false,
          dotfiles: 'allow',
        });
        stream.once('close', () => void file.close());
        // private: where people sign in, proxies must not cache it for others
        return await reply
          .code(statusCode)
          .headers({ 'content-type': mediaTypeOf(path), 'cache-control': 'private, max-age=60', ...headers })
          .send(stream);
      } catch (error) {
        await file.close();
        throw error;
      }
    },
  });
}

/** False for names that are hidden, empty or lead to a parent folder. */
function isServed(path: string): boolean {
  return !/[\\\0]/.test(path) && path.split('/').every((name) => name !== '' && !name.startsWith('.'));
}

function mediaTypeOf(path: string): string {
  const type = mime.getType(basename(path)) ?? 'application/octet-stream';
  return isUtf8MimeType(type) ? `${type}; charset=utf-8` : type;
}
