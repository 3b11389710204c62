/** Composes the ports of one process by hand: what the server and the command line run their use cases on. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppContext, Log } from './app/context.ts';
import { laterKernels } from './app/kernel-later.ts';
import { createRunFacts } from './app/run-fact.ts';
import { prepareKernels } from './app/kernel-prepare.ts';
import type { Config } from './config.ts';
import { createConnectionSource } from './connection/connection-source.ts';
import { readConnectionRules } from './domain/connection-rule.ts';
import type { KernelSupplier } from './domain/kernel.ts';
import { createScriptSource } from './files/script-source.ts';
import { createKernelSupplier } from './kernel/supplier.ts';
import { languages } from './language/all.ts';
import type { PythonEnvironment } from './python/environment.ts';
import { preparePython } from './python/prepare.ts';
import { openStore } from './store/open.ts';

const ROOT = join(import.meta.dirname, '..');
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

export interface ComposeOptions {
  readonly log: Log;
  /** Told what is done to get Python, a line at a time. */
  readonly say: (line: string) => void;
  /** Packages of the operating system may be installed without asking. */
  readonly yes?: boolean;
  /** Follow changes of the scripts; not for a single run. */
  readonly watch: boolean;
  /** Aborted when no more runs are to be taken. */
  readonly stopping?: AbortSignal;
}

export interface Composed {
  readonly ctx: AppContext;
  /** Settles when it is known whether a Python is there; never rejects. */
  readonly python: Promise<PythonEnvironment | undefined>;
  /** Runs that begin from now on go by the bounds, the retention and the connections' rules of `config`. Throws `invalid`. */
  reload(config: Config): void;
  close(): Promise<void>;
}

/** Settles before a Python is there: kernels wait for it. Throws `conflict` when the data folder is in use. */
export async function compose(config: Config, options: ComposeOptions): Promise<Composed> {
  let current = { config, allows: readConnectionRules(config.connections) };
  const store = await openStore(config.data, retainTimes(() => current.config));
  const spoken = languages();
  const scripts = await createScriptSource({
    directory: config.project.published, languages: spoken, followLinks: config.followLinks, watch: options.watch,
  });
  const stop = new AbortController();
  const looking = lookForPython(config, options, stop.signal);
  const kernels = laterKernels(looking.then((found) => supply(config, found)), 'being prepared');
  const ctx: AppContext = {
    scripts, kernels,
    connections: createConnectionSource({ folder: config.project.link, scripts: config.project.scripts, environment: config.environment, allows: (script, name) => current.allows(script, name) }),
    runs: store.runs, blobs: store.blobs, languages: spoken, get limits() { return current.config.limits; }, get retention() { return current.config.retention; }, freeBytes: store.freeBytes, timezone: config.timezone,
    ...(options.stopping === undefined ? {} : { stopping: options.stopping }), facts: createRunFacts(), serverVersion: serverVersion(), workDirectory: store.workDirectory, log: options.log, now: Date.now, newId,
  };
  if (options.watch) prepareKernels(ctx).catch((error: unknown) => options.log.warn({ error }, 'Kernels could not be made ready beforehand'));
  const close = async () => {
    stop.abort();
    await kernels.close();
    await scripts.close();
    await store.close();
  };
  const reload = (next: Config) => { current = { config: next, allows: readConnectionRules(next.connections) }; };
  return { ctx, python: looking.then(({ python }) => python), reload, close };
}

/** How long the store says that reports are kept, by the settings of the moment. */
export function retainTimes(now: () => Config) {
  return { get retainMs() { return now().retention.ms; }, ruleMs: (script: string) => now().retention.rules(script).ms };
}

interface Found { readonly python?: PythonEnvironment; readonly problem?: string }

async function lookForPython(config: Config, options: ComposeOptions, signal: AbortSignal): Promise<Found> {
  try {
    return { python: await preparePython({ ...pythonRequest(config, options), signal }) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) options.say(problem);
    return { problem };
  }
}

/** What looking for a Python needs, from the settings. */
export function pythonRequest(config: Config, { say, yes }: Pick<ComposeOptions, 'say' | 'yes'>) {
  return {
    python: config.python, projectFolder: config.project.folder, environment: config.environment,
    requirements: join(ROOT, 'python/requirements.txt'), mayInstallSystem: yes === true, say,
  };
}

async function supply(config: Config, { python, problem }: Found): Promise<KernelSupplier> {
  const supplier = await createKernelSupplier({
    python: python?.path, scriptsDirectory: config.project.scripts, environment: config.environment, poolSize: config.pool,
    timezone: config.timezone, network: config.network, writable: config.writable, writableFolders: config.writableFolders,
    isolation: config.isolation, limits: config.kernelLimits, shownFolders: [config.project.folder], hiddenFolders: [config.data, config.project.link],
    passEnvironment: config.passEnvironment,
  });
  return problem === undefined ? supplier : { ...supplier, problem: () => problem };
}

export function serverVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** 128 random bits as 26 lower-case base32 characters. */
export function newId(): string {
  const bits = BigInt(`0x${randomBytes(16).toString('hex')}`);
  return Array.from({ length: 26 }, (_, index) => BASE32[Number((bits >> BigInt(5 * index)) & 31n)]).join('');
}
