/** A worker in a process of its own: executes runs that are submitted elsewhere. Opens a port for metrics only. */
import { canRun } from './compose/compose-kernel.ts';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { compose } from './compose/compose.ts';
import type { Config } from './config/config.ts';
import { descriptorShortage } from './domain/descriptor.ts';
import { AppError } from './domain/error.ts';
import { createRunMetrics } from './http/metrics.ts';
import type { Server, ServerOptions } from './main.ts';
import { countDescriptors } from './system/proc.ts';
import { createMemoryRelease } from './thread/memory.ts';
import { createWorker } from './worker/run-worker.ts';

export type WorkerProcess = Pick<Server, 'prepared' | 'reload' | 'close'>;

/** Settles before a Python is ready; runs wait for it. Throws as `compose`, and `conflict` when the port is in use. */
export async function startWorker(
  config: Config,
  { log, say = () => {}, yes = false }: Pick<ServerOptions, 'say' | 'yes'> & Required<Pick<ServerOptions, 'log'>>,
): Promise<WorkerProcess> {
  const shortage = descriptorShortage(countDescriptors());
  if (shortage !== undefined) throw new AppError('conflict', shortage);
  const { ctx, python, reload, close } = await compose(config, { log, say, yes, role: 'worker', watch: true });
  const metrics = config.metricsPort === 0 ? undefined : createRunMetrics(ctx);
  const server =
    metrics === undefined
      ? undefined
      : createServer((request, reply) => {
          if (request.url !== '/metrics') return reply.writeHead(404).end();
          metrics.metrics().then(
            (text) => reply.writeHead(200, { 'content-type': metrics.contentType }).end(text),
            () => reply.writeHead(503).end(),
          );
        });
  try {
    if (server !== undefined) await once(server.listen(config.metricsPort, config.host), 'listening');
  } catch (error) {
    await close();
    throw new AppError('conflict', `Metrics cannot be served on port ${config.metricsPort} of ${config.host}.`, {
      cause: error,
    });
  }
  const worker = createWorker(ctx, createMemoryRelease());
  worker.start();
  return {
    prepared: canRun(ctx.kernels, python),
    reload,
    close: async (graceMs = 0) => {
      await worker.stop(graceMs);
      server?.close();
      server?.closeAllConnections();
      await close();
    },
  };
}
