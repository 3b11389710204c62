/** The settings become one frozen Config. The only reader of `process.env`. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { BlobPlace } from '../domain/run/blob.ts';
import type { RunLimits } from '../domain/run/run-limit.ts';
import { durationMs } from '../domain/text/duration.ts';
import { AppError } from '../domain/error.ts';
import type { AuthenticationSettings } from '../domain/access/authentication.ts';
import type { ProviderSettings } from '../domain/access/provider.ts';
import type { SessionLimits } from '../domain/access/session.ts';
import { type AccessRules, readAccessRules } from '../domain/access/rule.ts';
import { readQuotas } from '../domain/quota/quota-rule.ts';
import type { KernelLimits } from '../domain/kernel/kernel-limit.ts';
import type { FieldProblem } from '../domain/error.ts';
import type { Retention } from '../domain/retention/retention.ts';
import { reportSource } from '../domain/report/report-host.ts';
import { readRetentionRules } from '../domain/retention/retention-rule.ts';
import { sizeBytes } from '../domain/text/size.ts';
import { auditOf, type AuditSettings } from './config-audit.ts';
import { artifactsPlace } from './config-artifacts.ts';
import { databaseAddress, type DatabaseAddress } from './config-database.ts';
import { gatewayAddress, type GatewaySettings } from './config-gateway.ts';
import { readBrand } from './config-brand.ts';
import type { Brand } from '../domain/report/brand.ts';
import { exportSettings, machineBytes, programPath, type ExportSettings } from './config-export.ts';
import { authenticationOf, readProviders, SIGN_IN_SECRET } from './config-sign-in.ts';
import { readSettings, readVariable, SECRET_SETTINGS, type ConfigSources } from './config-read.ts';
import { sourceOf, type SourceSettings } from './config-source.ts';
import type { Settings } from './setting.ts';
import { DAY_MS } from '../domain/milliseconds.ts';

/** Of the machine's memory, for kernels that wait for open pages. */
const PAGE_KERNEL_SHARE = 0.1;

export type { ConfigSources } from './config-read.ts';

/** Paths of the project's parts; all absolute. Parts other than `scripts` need not exist. */
export interface Project {
  readonly folder: string;
  /** `scripts/` of the folder, or the folder itself if it has none. */
  readonly scripts: string;
  /** What is published: `scripts`, or one notebook in it. */
  readonly published: string;
  readonly templates: string;
  readonly static: string;
  /** Folder of `link.config`. */
  readonly link: string;
}

interface EnvironmentSettings {
  /** Of all environments together. */
  readonly limitBytes: number;
  /** Whether packages may be built from source. */
  readonly mayBuild: boolean;
  /** What must remain free on their disk. */
  readonly reserveBytes: number;
}

export interface Config {
  /** Checked, by name. */
  readonly settings: Settings;
  readonly project: Project;
  readonly host: string;
  readonly port: number;
  /** Of a worker; 0: none. */
  readonly metricsPort: number;
  readonly data: string;
  /** Undefined: SQLite in the data folder. */
  readonly database: DatabaseAddress | undefined;
  /** Newest first; none: the key is in the data folder. */
  readonly serverKeys: readonly string[];
  /** Where the files of reports are stored. */
  readonly blobs: BlobPlace;
  /** Undefined: the scripts are in the project folder. */
  readonly source: SourceSettings | undefined;
  /** Undefined: all kernels run on this machine. */
  readonly gateway: GatewaySettings | undefined;
  /** What scripts may need of the worker in this process. */
  readonly workerTags: readonly string[];
  /** Size of the files beside a script that travel to workers; 0: none travel. */
  readonly bundleBytes: number;
  /** Of the scripts that declare packages; undefined: all scripts run in the default one. */
  readonly environments: EnvironmentSettings | undefined;
  /** Path or command; undefined: find or prepare one. */
  readonly python: string | undefined;
  readonly pool: number;
  /** Of the kernels that wait for open pages. */
  readonly pageKernelBytes: number;
  readonly limits: RunLimits;
  readonly retention: Retention;
  /** Time for running reports to end when the server is told to stop. */
  readonly graceMs: number;
  readonly log: 'auto' | 'json' | 'text';
  readonly timezone: string;
  /** Empty, or starts with `/` and does not end with it. */
  readonly basePath: string;
  readonly hosts: readonly string[];
  readonly trustedProxies: readonly string[];
  /** The servers from which reports may load, in the notation of a Content-Security-Policy. */
  readonly reportHosts: readonly string[];
  /** How pages and reports look. */
  readonly brand: Brand;
  /** How documents such as PDF are written. */
  readonly exports: ExportSettings;
  /** Who may use the server. */
  readonly authentication: AuthenticationSettings;
  /** How long people stay signed in. */
  readonly sessionLimits: SessionLimits;
  /** How long tokens go on without their person. */
  readonly tokenIdleMs: number;
  /** Who may do what with which scripts. */
  readonly accessRules: AccessRules;
  /** Whether scripts have rules of their own. */
  readonly accessInScripts: boolean;
  readonly audit: AuditSettings;
  /** Longest life of a link to a report; undefined: there are none. */
  readonly linkLifeMs: number | undefined;
  /** Origins whose pages may frame such a link, and forms that anybody may use. */
  readonly embedOrigins: readonly string[];
  readonly connections: readonly string[];
  readonly followLinks: boolean;
  /** The folder of scripts is only polled. */
  readonly polls: boolean;
  readonly network: 'on' | 'loopback' | 'off';
  readonly isolation: boolean;
  /** Bounds of the processes of one run. */
  readonly kernelLimits: KernelLimits;
  readonly writable: boolean;
  /** Absolute. */
  readonly writableFolders: readonly string[];
  /** Names of variables that kernels may see. */
  readonly passEnvironment: readonly string[];
  /** The environment of this process; nothing else reads `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Whether other processes of the database need nothing in the data folder: neither a key nor files of reports. */
export function hasOwnFolder({
  database,
  serverKeys,
  blobs,
}: Pick<Config, 'database' | 'serverKeys' | 'blobs'>): boolean {
  return database !== undefined && serverKeys.length > 0 && !('isUsual' in blobs && blobs.isUsual);
}

/** The files with secrets that variables name: runs do not see them. */
export function secretFiles({ environment }: Pick<Config, 'environment'>): string[] {
  const names = [...SECRET_SETTINGS.map((name) => name.toUpperCase()), 'SECRET_KEY'];
  const variables = [
    ...names.map((name) => `SCRIPT_RUNNER_${name}_FILE`),
    ...Object.keys(environment).filter((name) => SIGN_IN_SECRET.test(name) && name.endsWith('_FILE')),
  ];
  return variables.flatMap((name) => {
    const file = environment[name];
    return file ? [resolve(file)] : [];
  });
}

/** Throws `invalid` with every problem at once. */
export function readConfig(sources: ConfigSources): Config {
  const environment = sources.environment ?? process.env;
  const project = findProject(resolve(sources.target));
  const problems: FieldProblem[] = [];
  const settings = readSettings(project.folder, { ...sources, environment }, problems);
  const brand = readBrand(settings, project.static, problems);
  const readSecret = (name: string) => readVariable(name, environment, problems)?.value;
  const providers = readProviders(settings.sign_in, readSecret, problems);
  if (problems.length > 0) {
    const lines = problems.map(({ field, message }) => `  ${field}: ${message}`);
    throw new AppError('invalid', `The settings are wrong:\n${lines.join('\n')}`, { fields: problems });
  }
  return freeze(project, settings, environment, { brand, providers });
}

function findProject(target: string): Project {
  if (!existsSync(target))
    throw new AppError('invalid', `There is no ${target}. Name a folder with notebooks, or one notebook.`);
  const found = statSync(target);
  const isFile = found.isFile();
  if (!isFile && !found.isDirectory())
    throw new AppError(
      'invalid',
      `${target} is neither a folder nor a file. Name a folder with notebooks, or one notebook.`,
    );
  const folder = isFile ? dirname(target) : target;
  const inside = (path: string) => join(folder, path);
  const own = !isFile && existsSync(inside('scripts'));
  return {
    folder,
    scripts: own ? inside('scripts') : folder,
    published: own ? inside('scripts') : target,
    templates: inside('templates'),
    static: inside('public/static'),
    link: inside('.link'),
  };
}

function sessionLimitsOf(settings: Settings): SessionLimits {
  return { idleMs: durationMs(settings.session_idle), lifeMs: durationMs(settings.session_life) };
}

function freeze(
  project: Project,
  settings: Settings,
  environment: Config['environment'],
  { brand, providers }: { readonly brand: Brand; readonly providers: readonly ProviderSettings[] },
): Config {
  const python = programPath(settings.python, project.folder);
  const data = resolve(project.folder, settings.data || '.script-runner');
  const authentication = Object.freeze(authenticationOf(settings, providers));
  return Object.freeze({
    settings: Object.freeze(settings),
    project: Object.freeze(project),
    host: settings.host,
    port: settings.port,
    metricsPort: settings.metrics_port,
    data,
    database: databaseAddress(settings.database),
    serverKeys: Object.freeze([...new Set(settings.server_key.split(/\s+/).filter(Boolean))]),
    blobs: artifactsPlace(settings, project.folder, data),
    source: sourceOf(settings),
    gateway: gatewayOf(settings),
    workerTags: Object.freeze(settings.worker_tags),
    bundleBytes: sizeBytes(settings.bundle_limit),
    environments: settings.environments
      ? Object.freeze({
          limitBytes: sizeBytes(settings.environments_limit),
          mayBuild: settings.environments_build,
          reserveBytes: sizeBytes(settings.disk_reserve),
        })
      : undefined,
    python: python === '' ? undefined : python,
    pool: settings.pool,
    pageKernelBytes: pageKernelBytesOf(settings),
    limits: Object.freeze(runLimitsOf(settings)),
    retention: Object.freeze({
      ms: settings.retain_days * DAY_MS,
      count: settings.retain_count,
      bytes: sizeBytes(settings.retain_bytes),
      rules: readRetentionRules(settings.retain),
    }),
    graceMs: durationMs(settings.grace),
    log: settings.log as Config['log'],
    timezone: settings.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone,
    basePath: settings.base_path.replace(/\/$/, ''),
    hosts: Object.freeze(settings.hosts),
    trustedProxies: Object.freeze(settings.trusted_proxies),
    reportHosts: Object.freeze(settings.report_hosts.map(reportSource)),
    brand: Object.freeze(brand),
    exports: Object.freeze(exportSettings(settings, project.folder)),
    authentication,
    sessionLimits: Object.freeze(sessionLimitsOf(settings)),
    tokenIdleMs: durationMs(settings.token_idle),
    accessRules: readAccessRules(settings.access),
    audit: Object.freeze(auditOf(settings, authentication, project.folder)),
    accessInScripts: settings.access_in_scripts,
    linkLifeMs: settings.links ? durationMs(settings.link_life) : undefined,
    embedOrigins: Object.freeze(settings.embed_origins),
    connections: Object.freeze(settings.connections),
    followLinks: settings.follow_links,
    polls: settings.watch === 'poll',
    network: settings.network as Config['network'],
    isolation: settings.isolation,
    kernelLimits: Object.freeze(kernelLimitsOf(settings)),
    writable: settings.writable,
    writableFolders: Object.freeze(settings.writable_folders.map((path) => resolve(project.folder, path))),
    passEnvironment: Object.freeze(settings.pass_environment),
    environment,
  });
}

function gatewayOf(settings: Settings): GatewaySettings | undefined {
  const address = gatewayAddress(settings.gateway);
  if (address === undefined) return undefined;
  return Object.freeze({ ...address, token: settings.gateway_token || undefined, scripts: settings.gateway_scripts });
}

function kernelLimitsOf(settings: Settings): KernelLimits {
  return {
    memoryBytes: settings.memory_limit === '' ? Math.floor(machineBytes() / 2) : sizeBytes(settings.memory_limit),
    processes: settings.process_limit,
    processors: settings.cpu_limit,
    fileBytes: sizeBytes(settings.file_limit),
    diskBytes: sizeBytes(settings.disk_limit),
  };
}

function pageKernelBytesOf({ page_kernel_memory: size }: Settings): number {
  return size === '' ? Math.floor(machineBytes() * PAGE_KERNEL_SHARE) : sizeBytes(size);
}

function runLimitsOf(settings: Settings): RunLimits {
  return {
    concurrency: settings.concurrency,
    queueLimit: settings.queue_limit,
    quotas: readQuotas(settings.quotas),
    ...(settings.user_queue_limit === 0 ? {} : { userQueueLimit: settings.user_queue_limit }),
    atOnce: {
      ...(settings.script_concurrency === 0 ? {} : { script: settings.script_concurrency }),
      ...(settings.user_concurrency === 0 ? {} : { user: settings.user_concurrency }),
    },
    queueMs: durationMs(settings.queue_time),
    wallMs: durationMs(settings.wall_limit),
    cellMs: durationMs(settings.cell_limit),
    ...(settings.idle_limit === '' ? {} : { idleMs: durationMs(settings.idle_limit) }),
    endMs: durationMs(settings.end_limit),
    outputBytes: sizeBytes(settings.output_limit),
    outputCount: settings.output_count,
    artifactBytes: sizeBytes(settings.artifact_limit),
    uploadBytes: sizeBytes(settings.upload_limit),
    tables: {
      isOn: settings.tables,
      rows: settings.table_rows,
      bytes: sizeBytes(settings.table_limit),
      ms: durationMs(settings.table_time),
    },
    diskReserveBytes: sizeBytes(settings.disk_reserve),
  };
}
