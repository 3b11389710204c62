/** Files as they are: what the build made (`/assets/`, for ever) and the project's own (`/static/`). */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import { MANIFEST } from './asset.ts';
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
      // public and needed by reports, whose origin is opaque
      setHeaders: (reply) => {
        reply.header('cache-control', 'public, max-age=31536000, immutable');
        reply.header('access-control-allow-origin', '*');
        reply.header('cross-origin-resource-policy', 'cross-origin');
      },
    });
  }
  if (staticDirectory !== undefined && existsSync(staticDirectory)) {
    await app.register(fastifyStatic, {
      root: staticDirectory,
      prefix: `${basePath}/static/`,
      index: false,
      dotfiles: 'ignore',
      cacheControl: false,
      decorateReply: false,
      allowedPath: (path) => isServed(staticDirectory, path),
      // private: where people sign in, no proxy may keep it for others
      setHeaders: (reply) => void reply.header('cache-control', 'private, max-age=60'),
    });
  }
}

/** False for a link that leads out of the folder, and for what would have to be waited for, such as a pipe. */
function isServed(folder: string, path: string): boolean {
  try {
    const real = realpathSync(join(folder, path));
    return real.startsWith(realpathSync(folder) + sep) && statSync(real).isFile();
  } catch {
    return false;
  }
}
