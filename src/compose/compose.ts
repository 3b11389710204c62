/** Composes the ports of one process by hand: what the server and the command line run their use cases on. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../domain/defined.ts';
import { createInterestTable, type InterestTable } from '../app/script/script-interest.ts';
import type { AppContext, Log } from '../app/context.ts';
import { packageInstaller } from '../app/script/script-environment.ts';
import { createRunFactFeed } from '../app/run/run-fact.ts';
import { createRunStarts } from '../app/run/run-start.ts';
import { createUploadRoom } from '../app/upload/upload-room.ts';
import { createKernelExpectation } from '../worker/kernel-expect.ts';
import { prepareKernels } from '../worker/kernel-prepare.ts';
import { connectScript } from '../worker/script-connection.ts';
import { auditCopy, auditLossFile, auditPorts } from './compose-audit.ts';
import { composeKernels, type ComposedKernels, type KernelOptions } from './compose-kernel.ts';
import { composeRemoteKernels } from './compose-web.ts';
import { hasOwnFolder, type Config } from '../config/config.ts';
import { createConnectionSource } from '../connection/connection-source.ts';
import type { AccessRules } from '../domain/access/rule.ts';
import type { ScriptRule } from '../domain/access/script-rule.ts';
import { mostForPages } from '../domain/kernel/interest.ts';
import type { ConnectPrefix } from '../domain/kernel/kernel.ts';
import { readConnectionRules } from '../domain/connection/connection-rule.ts';
import { composeBundles, workerOffers } from './compose-bundle.ts';
import { composeEnvironments, environmentRule } from './compose-environment.ts';
import { composeChoices } from './compose-choice.ts';
import { composeDocuments } from './compose-document.ts';
import { composeRules } from './compose-access.ts';
import { composeSource, sourceFolder } from './compose-source.ts';
import { composeModules } from './compose-module.ts';
import { composeTables } from './compose-table.ts';
import { createFolderRemover, type FolderRemover } from '../disk/folder-remover.ts';
import { createDescriptorCount } from '../system/descriptor-count.ts';
import { languages } from '../language/all.ts';
import type { PythonEnvironment } from '../python/environment.ts';
import { openStore, type OpenOptions, type OpenStore } from '../store/open.ts';
import type { StateListener } from '../domain/run/blob.ts';
import { createCheckpointClient } from '../thread/checkpoint-client.ts';
import { createScriptClient } from '../thread/script-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** `web`: pages and API; `worker`: executes runs; `serve`: both. */
export type Role = 'serve' | 'web' | 'worker';

export interface ComposeOptions extends Omit<
  KernelOptions,
  'early' | 'connect' | 'shownFolders' | 'scriptsFolder' | 'findRun'
> {
  readonly log: Log;
  /** Made by the caller, and closed if this throws. */
  readonly kernels?: ComposedKernels;
  /** Whether to watch for changes of the scripts; not for a single run. */
  readonly watch: boolean;
  /** What this process does: `serve`, which does everything, by default. */
  readonly role?: Role;
  /** Aborted when no more runs are accepted. */
  readonly stopping?: AbortSignal;
}

export interface Composed {
  readonly ctx: AppContext;
  /** Settles when it is known whether there is a Python; never rejects. */
  readonly python: Promise<PythonEnvironment | undefined>;
  /** What processes that share a database know of access. */
  /** As of now: they are reloaded. */
  readonly accessRules: () => AccessRules;
  /** Rules of scripts that the settings leave out. */
  readonly ignoredRules: () => ReadonlyMap<string, ScriptRule>;
  readonly access: Pick<OpenStore, 'passwordTries' | 'operatorTokens' | 'seals' | 'accounts'>;
  /** From now on, runs use the bounds, the retention and the connection rules of `config`. Throws `invalid`. */
  reload(config: Config): void;
  close(): Promise<void>;
}

/** Settles before there is a Python: kernels wait for it. Throws `conflict` when the data folder is in use. */
export async function compose(config: Config, options: ComposeOptions): Promise<Composed> {
  let current = { config, allows: readConnectionRules(config.connections) };
  const latest = () => current.config;
  const opening = storeOptions(config, options.role ?? 'serve', options.log);
  const checkpoints = createCheckpointClient();
  const store = await openStore(config.data, retainTimes(latest), { ...opening, checkpoint: checkpoints.move });
  const spoken = languages();
  const reading = createScriptClient();
  const reader = { languages: spoken, watch: options.watch, parseLarge: reading.parse };
  const audited = auditPorts(store, config.audit);
  const parts = { ...options, ...store, ...audited };
  const { scripts, scriptRules, origin, rollbackControl, ...source } = await composeSource(config, reader, parts);
  const connections = connectionsOf(config, (script, name) => current.allows(script, name));
  const connect: ConnectPrefix = (script, folder) => connectScript({ connections }, script, folder);
  const carried = await composeBundles(config, { ...store, now: Date.now }, options.role !== 'web');
  const shown = { shownFolders: carried.folders, ...defined({ scriptsFolder: sourceFolder(config) }) };
  const kernelOptions = { ...options, ...shown, connect, findRun: store.runs.find };
  const { kernels, python, close: closeKernels } = kernelsOf(config, kernelOptions, store.runs);
  const environments = options.role === 'web' ? undefined : composeEnvironments(config, python, options);
  const folders = createWorkFolders(options.log);
  const interests = interestsOf(latest, options, kernels, () => ctx);
  const [documents, tables] = [composeDocuments(config, python), composeTables(config.blobs)];
  const ctx: AppContext = {
    scripts,
    ...defined({ origin, rollbackControl, interests }),
    kernels,
    connections,
    modules: composeModules(config, pathWhenKnown(python)),
    ...defined({ environments, environmentFor: environmentRule(config), bundles: carried.bundles }),
    ...defined({ offers: workerOffers(config), stopping: options.stopping }),
    documents,
    get choices() {
      return choices;
    },
    ...tables.ports,
    ...storePorts(store),
    ...audited,
    languages: spoken,
    get limits() {
      return current.config.limits;
    },
    get retention() {
      return current.config.retention;
    },
    descriptors: createDescriptorCount(),
    timezone: config.timezone,
    facts: createRunFactFeed(),
    starts: createRunStarts(),
    serverVersion: serverVersion(),
    workDirectory: store.workDirectory,
    folders,
    log: options.log,
    now: Date.now,
    newId,
  };
  const choices = composeChoices(ctx, options.role === 'web' ? store.questions : undefined);
  if (options.watch && options.role !== 'web') prepareInAdvance(ctx);
  const close = async () => {
    interests?.close();
    await Promise.all([documents.close(), tables.close(), environments?.close()]);
    await closeKernels().then(carried.close);
    for (const part of [source, reading, folders, store, checkpoints]) await part.close();
  };
  const rules = composeRules(latest, ctx, scriptRules);
  const reload = (next: Config) => {
    current = { config: next, allows: readConnectionRules(next.connections) };
    rules.sayIgnored();
  };
  return { ctx, python, access: store, ...rules, reload, close };
}

function connectionsOf(config: Config, allows: (script: string, name: string) => boolean) {
  return createConnectionSource({
    folder: config.project.link,
    scripts: config.project.scripts,
    environment: config.environment,
    passed: config.passEnvironment,
    allows,
  });
}

/** Undefined where no kernels wait for open pages. `ctx`: called when the first page is open. */
function interestsOf(
  config: () => Config,
  { watch, role }: ComposeOptions,
  { expect }: AppContext['kernels'],
  ctx: () => AppContext,
): InterestTable | undefined {
  if (!watch || role === 'web' || expect === undefined) return undefined;
  let expectKernels: ReturnType<typeof createKernelExpectation> | undefined;
  return createInterestTable({
    now: Date.now,
    most: () => mostForPages(config().limits.concurrency, config().pageKernelBytes),
    onChange(demands) {
      expectKernels ??= createKernelExpectation(ctx());
      expectKernels(demands);
    },
  });
}

/** Undefined until there is a Python. */
function pathWhenKnown(python: Promise<PythonEnvironment | undefined>): () => string | undefined {
  let path: string | undefined;
  void python.then((found) => {
    path = found?.path;
  });
  return () => path;
}

function storePorts({ runs, sessions, tokens, presets, links, blobs, seals, ...store }: OpenStore) {
  const { accounts, freeBytes, storageProblem, onSilence, leads, questions } = store;
  const uploads = createUploadRoom();
  const further = { accounts, seals, ...defined({ onSilence, questions }) };
  return { runs, sessions, tokens, presets, links, blobs, uploads, freeBytes, storageProblem, leads, ...further };
}

function kernelsOf(
  config: Config,
  options: ComposeOptions & Pick<KernelOptions, 'connect' | 'shownFolders' | 'scriptsFolder' | 'findRun'>,
  runs: OpenStore['runs'],
): ComposedKernels {
  if (options.kernels !== undefined) return options.kernels;
  return options.role === 'web' ? composeRemoteKernels(config, runs) : composeKernels(config, options);
}

function prepareInAdvance(ctx: AppContext): void {
  const install = packageInstaller(ctx);
  const installAll = () => {
    ctx.scripts
      .list()
      .then(install)
      .catch((error: unknown) => ctx.log.warn({ error }, 'The packages of scripts could not be read'));
  };
  const whole = ctx.scripts.reading?.()?.ended ?? Promise.resolve();
  void whole.then(installAll);
  ctx.scripts.onChange(installAll);
  whole
    .then(() => prepareKernels(ctx))
    .catch((error: unknown) => ctx.log.warn({ error }, 'Kernels could not be prepared in advance'));
}

/** Removes the folders of runs; returns those that it could not remove. */
export function createWorkFolders(log: Log): FolderRemover {
  return createFolderRemover({
    onLeftover: (folder, error) =>
      log.warn(
        { folder, error },
        'The folder of a run could not be removed; the server tries again, and counts it as storage',
      ),
  });
}

/** Where the store is. `role`: what this process is, for others; `mustLead`: it needs the database for itself. */
export function storeOptions(config: Config, role: string, log: Log, mustLead = false): OpenOptions {
  const { database, blobs, serverKeys } = config;
  const base = {
    blobs,
    serverKeys,
    onBlobs: sayState(log),
    ...auditCopy(config.audit, log, auditLossFile(config.data)),
  };
  if (database === undefined) return base;
  const onProblem = (error: unknown) => log.warn({ error }, 'The connection to the database is lost; it is made again');
  return { ...base, shared: { database, role, onProblem, mustLead, ownFolder: hasOwnFolder(config) } };
}

function sayState(log: Log): StateListener {
  return (problem) => {
    if (problem === undefined) log.info({}, 'The store of the reports’ files can be used again');
    else log.warn({ problem }, 'The store of the reports’ files cannot be used; no run starts');
  };
}

/** How long the store says that reports are kept, by the current settings. */
export function retainTimes(now: () => Config) {
  return {
    get retainMs() {
      return now().retention.ms;
    },
    ruleMs: (script: string) => now().retention.rules(script).ms,
  };
}

export function serverVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** 128 random bits as 26 lower-case base32 characters. */
export function newId(): string {
  const bits = BigInt(`0x${randomBytes(16).toString('hex')}`);
  return Array.from({ length: 26 }, (_, index) => BASE32[Number((bits >> BigInt(5 * index)) & 31n)]).join('');
}
