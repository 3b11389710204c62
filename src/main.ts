/** The server: composes the ports, listens, and executes the queue unless workers elsewhere do. */
import { canRun } from './compose/compose-kernel.ts';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from './app/context.ts';
import { createExportMemory } from './app/export-list.ts';
import { createRecovery } from './worker/run-lease.ts';
import { createWorker } from './worker/run-worker.ts';
import { recordRights } from './compose/compose-audit.ts';
import { compose } from './compose/compose.ts';
import { composeProviders } from './compose/compose-sign-in.ts';
import { siteFolders } from './compose/compose-source.ts';
import type { Config } from './config/config.ts';
import { descriptorShortage, mostConnections } from './domain/descriptor.ts';
import { AppError } from './domain/error.ts';
import { listenProblem } from './domain/access/authentication.ts';
import { countDescriptors } from './system/proc.ts';
import { createHttp } from './http/server.ts';
import { createUrls } from './page/urls.ts';
import { createMemoryRelease } from './thread/memory.ts';
import { createReportClient } from './thread/report-client.ts';
import { forgetAddress, tellAddress } from './store/server-address.ts';

/** Trying the programs that write documents uses a processor, which the first kernels need. */
const EXPORTS_MS = 3_000;
const ASSETS = join(import.meta.dirname, '../dist/assets');

export interface ServerOptions {
  readonly log?: Log;
  /** Receives progress messages of preparing Python, a line at a time. */
  readonly say?: (line: string) => void;
  /** Packages of the operating system may be installed without asking. */
  readonly yes?: boolean;
  /** `web`: without executing runs; `serve` by default. */
  readonly role?: 'serve' | 'web';
}

export interface Server {
  /** Address of the catalogue, with the port that the system chose for port 0. */
  readonly url: string;
  /** Signs its visitor in as the operator. */
  readonly signInUrl: string;
  /** Settles when the search for a Python has ended: true if scripts can run. */
  readonly prepared: Promise<boolean>;
  /**
   * Applies those settings that can change in a running server (`RELOADED`); current runs continue. Throws `invalid`.
   */
  reload(config: Config): void;
  /** Accepts no more runs; current ones have `graceMs` to end, and pages are served until then. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Settles when the server listens, before a Python is ready. Throws `invalid` for a host beyond loopback without
 * authentication, `conflict` when the data folder or the port is in use.
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<Server> {
  checkStart(config);
  const role = options.role ?? 'serve';
  const stopping = new AbortController();
  const composed = await compose(config, {
    stopping: stopping.signal,
    log: options.log ?? SILENT,
    say: options.say ?? (() => {}),
    yes: options.yes === true,
    role,
    watch: true,
  });
  const { ctx, python, reload, close: closePorts } = composed;
  const exports = createExportMemory(ctx);
  const releaseMemory = createMemoryRelease();
  const reports = createReportClient({
    directory: config.data,
    database: config.database?.url,
    blobs: config.blobs,
    basePath: config.basePath,
    assetsDirectory: ASSETS,
    runs: ctx.runs,
    log: ctx.log,
    onWhole: releaseMemory,
  });
  try {
    const { operatorTokens, passwordTries, seals, accounts } = composed.access;
    const http = await createHttp(ctx, {
      ...settingsOf(config),
      operatorTokens,
      accessRules: composed.accessRules,
      ignoredRules: composed.ignoredRules,
      passwordTries,
      providers: await composeProviders(config.authentication, { seals, accounts, now: ctx.now }),
      ...ownFiles(config),
      assetsDirectory: ASSETS,
      reports,
      exports,
    });
    const worker = role === 'web' ? createRecovery(ctx) : createWorker(ctx, releaseMemory);
    http.server.maxConnections = mostConnections(countDescriptors());
    const origin = await listen(http, config);
    const urls = createUrls(config.basePath);
    if (config.database === undefined) tellAddress(config.data, origin + urls.home());
    void worker.start();
    void python.then(() => wait(EXPORTS_MS, undefined, { ref: false })).then(exports.current);
    return {
      url: origin + urls.home(),
      signInUrl: origin + urls.signIn(operatorTokens[0]),
      prepared: canRun(ctx.kernels, python),
      reload: recordRights(ctx, config, reload),
      close: async (graceMs = 0) => {
        stopping.abort();
        await worker.stop(graceMs);
        await http.close();
        await reports.close();
        if (config.database === undefined) forgetAddress(config.data);
        await closePorts();
      },
    };
  } catch (error) {
    await reports.close();
    await closePorts();
    throw error;
  }
}

/** Throws before anything is opened. */
function checkStart({ host, authentication, trustedProxies }: Config): void {
  const shortage = descriptorShortage(countDescriptors());
  if (shortage !== undefined) throw new AppError('conflict', shortage);
  const problem = listenProblem(host, authentication, trustedProxies);
  if (problem !== undefined) throw new AppError('invalid', problem);
}

/** The settings of pages and the API that are passed on unchanged. */
function settingsOf({
  basePath,
  hosts,
  trustedProxies,
  authentication,
  sessionLimits,
  tokenIdleMs,
  reportHosts,
  linkLifeMs,
  embedOrigins,
}: Config) {
  const links = linkLifeMs === undefined ? undefined : { mostMs: linkLifeMs };
  const server = { basePath, allowedHosts: hosts, trustedProxies, authentication };
  return { ...server, sessionLimits, tokenIdleMs, reportHosts, links, embedOrigins };
}

function ownFiles(config: Config) {
  const { templates, static: files } = siteFolders(config);
  return {
    brand: config.brand,
    templatesDirectory: templates,
    staticDirectory: files,
    sourceSecret: config.source?.secret,
  };
}

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

async function listen(
  http: { listen(where: { host: string; port: number }): Promise<string> },
  { host, port }: Config,
): Promise<string> {
  try {
    return await http.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new AppError(
        'conflict',
        `Port ${port} is in use, maybe by another Script Runner. Choose another with --port (0 for any free one).`,
      );
    if (code === 'EACCES')
      throw new AppError('conflict', `This user may not listen on port ${port}. Choose one above 1023 with --port.`);
    throw error;
  }
}
