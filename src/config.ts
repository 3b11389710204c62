/** Settings file, environment and flags become one frozen Config. The only reader of `process.env`. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { Value } from 'typebox/value';
import type { RunLimits } from './domain/run/run-limit.ts';
import { plainFileReason, readPlainTextSync } from './disk/plain-file.ts';
import { durationMs } from './domain/text/duration.ts';
import { AppError } from './domain/error.ts';
import type { AuthenticationSettings } from './domain/access/authentication.ts';
import type { KernelLimits } from './domain/kernel/kernel-limit.ts';
import type { FieldProblem } from './domain/error.ts';
import type { Retention } from './domain/retention/retention.ts';
import { reportHostProblem, reportSource } from './domain/report/report-host.ts';
import { readRetentionRules } from './domain/retention/retention-rule.ts';
import { sizeBytes } from './domain/text/size.ts';
import { isTimezone } from './domain/time/timezone.ts';
import { readBrand } from './config-brand.ts';
import type { Brand } from './domain/report/brand.ts';
import { exportSettings, machineBytes, programPath, type ExportSettings } from './config-export.ts';
import { describeSetting, readText, SETTING_NAMES, SETTINGS } from './setting.ts';
import type { SettingName, Settings } from './setting.ts';
import { DAY_MS } from './domain/milliseconds.ts';

export const SETTINGS_FILE = 'script-runner.toml';
/** For the settings file, and for a file that a variable names. */
const FILE_BYTES = 1_000_000;

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

export interface Config {
  /** Checked, by name. */
  readonly settings: Settings;
  readonly project: Project;
  readonly host: string;
  readonly port: number;
  readonly data: string;
  /** Path or command; undefined: find or prepare one. */
  readonly python: string | undefined;
  readonly pool: number;
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
  readonly connections: readonly string[];
  readonly followLinks: boolean;
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

/** Where settings come from. Flags override variables, variables override the file. */
export interface ConfigSources {
  /** Project folder, or one notebook. */
  readonly target: string;
  /** Setting name -> text as typed; undefined ones are ignored. Paths are relative to the current folder. */
  readonly flags?: Readonly<Partial<Record<SettingName, string | undefined>>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Throws `invalid` with every problem at once. */
export function readConfig(sources: ConfigSources): Config {
  const environment = sources.environment ?? process.env;
  const project = findProject(resolve(sources.target));
  const problems: FieldProblem[] = [];
  const settings = check(gather(project.folder, sources, environment, problems), problems);
  const brand = readBrand(settings, project.static, problems);
  if (problems.length > 0) {
    const lines = problems.map(({ field, message }) => `  ${field}: ${message}`);
    throw new AppError('invalid', `The settings are wrong:\n${lines.join('\n')}`, { fields: problems });
  }
  return freeze(project, settings, environment, brand);
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

interface Given {
  readonly value: unknown;
  readonly from: string;
}

function gather(
  folder: string,
  sources: ConfigSources,
  environment: NonNullable<ConfigSources['environment']>,
  problems: FieldProblem[],
): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [name, value] of Object.entries(readFile(join(folder, SETTINGS_FILE), problems))) {
    given.set(name, { value, from: SETTINGS_FILE });
  }
  for (const name of SETTING_NAMES) {
    const variable = readVariable(`SCRIPT_RUNNER_${name.toUpperCase()}`, environment, problems);
    if (variable !== undefined) given.set(name, { value: readText(name, variable.value), from: variable.from });
    const flag = sources.flags?.[name];
    if (flag === undefined) continue;
    const isPath = name === 'data' || ((name === 'python' || name === 'browser') && /[/\\]/.test(flag));
    given.set(name, { value: readText(name, isPath ? resolve(flag) : flag), from: `--${name.replaceAll('_', '-')}` });
  }
  return given;
}

/**
 * The variable, else the content of the file that `NAME_FILE` names, as containers and service managers pass secrets.
 */
function readVariable(
  name: string,
  environment: NonNullable<ConfigSources['environment']>,
  problems: FieldProblem[],
): { readonly value: string; readonly from: string } | undefined {
  const value = environment[name];
  if (value) return { value, from: name };
  const file = environment[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return { value: readPlainTextSync(file, FILE_BYTES).trim(), from: `${name}_FILE` };
  } catch (error) {
    problems.push({
      field: `${name}_FILE`,
      message: `names a file that cannot be read: ${plainFileReason(error)} (${file}).`,
    });
    return undefined;
  }
}

function readFile(path: string, problems: FieldProblem[]): Record<string, unknown> {
  let text: string;
  try {
    text = readPlainTextSync(path, FILE_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      problems.push({ field: SETTINGS_FILE, message: `cannot be read: ${plainFileReason(error)} (${path}).` });
    return {};
  }
  try {
    return parse(text);
  } catch (error) {
    problems.push({
      field: SETTINGS_FILE,
      message: (error instanceof Error ? error.message.trim() : String(error)).replaceAll(
        /((?:password_hash|proxy_secret)\s*=).*/g,
        '$1 …',
      ),
    });
    return {};
  }
}

function check(given: Map<string, Given>, problems: FieldProblem[]): Settings {
  const settings: Record<string, unknown> = Value.Create(SETTINGS);
  for (const [name, { value, from }] of given) {
    if (!isSetting(name)) {
      problems.push({
        field: name,
        message: `is not a setting (${from}). The settings are ${SETTING_NAMES.join(', ')}.`,
      });
    } else if (name === 'proxy_secret' && value !== '' && !from.startsWith('SCRIPT_RUNNER_')) {
      problems.push({ field: name, message: PUBLIC_SECRET });
    } else if (
      !Value.Check(SETTINGS.properties[name], value) ||
      (name === 'timezone' && value !== '' && !isTimezone(String(value)))
    ) {
      problems.push({
        field: name,
        message: `must be ${describeSetting(name).expected}, ${shown(name, value)} (${from}).`,
      });
    } else {
      settings[name] = value;
    }
  }
  const own = reportHostProblem(settings['report_hosts'] as string[], [
    String(settings['host']),
    ...(settings['hosts'] as string[]),
  ]);
  if (own !== undefined) problems.push({ field: 'report_hosts', message: own });
  return settings as Settings;
}

const PUBLIC_SECRET =
  'must come from the variable SCRIPT_RUNNER_PROXY_SECRET, or from a file that SCRIPT_RUNNER_PROXY_SECRET_FILE names: notebooks can read the settings file, and everybody can read the command line.';

/** What was given as a password's hash may be the password itself. */
function shown(name: SettingName, value: unknown): string {
  return name === 'password_hash' || name === 'proxy_secret' ? 'not what it is' : `not ${JSON.stringify(value)}`;
}

function isSetting(name: string): name is SettingName {
  return (SETTING_NAMES as string[]).includes(name);
}

function freeze(project: Project, settings: Settings, environment: Config['environment'], brand: Brand): Config {
  const python = programPath(settings.python, project.folder);
  return Object.freeze({
    settings: Object.freeze(settings),
    project: Object.freeze(project),
    host: settings.host,
    port: settings.port,
    data: resolve(project.folder, settings.data || '.script-runner'),
    python: python === '' ? undefined : python,
    pool: settings.pool,
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
    authentication: Object.freeze({
      ...(settings.password_hash === '' ? {} : { passwordHash: settings.password_hash }),
      ...(settings.identity_header === '' ? {} : { identityHeader: settings.identity_header }),
      ...(settings.proxy_secret === '' ? {} : { proxySecret: settings.proxy_secret }),
      operators: Object.freeze(settings.operators),
    }),
    connections: Object.freeze(settings.connections),
    followLinks: settings.follow_links,
    network: settings.network as Config['network'],
    isolation: settings.isolation,
    kernelLimits: Object.freeze(kernelLimitsOf(settings)),
    writable: settings.writable,
    writableFolders: Object.freeze(settings.writable_folders.map((path) => resolve(project.folder, path))),
    passEnvironment: Object.freeze(settings.pass_environment),
    environment,
  });
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

function runLimitsOf(settings: Settings): RunLimits {
  return {
    concurrency: settings.concurrency,
    queueLimit: settings.queue_limit,
    queueMs: durationMs(settings.queue_time),
    wallMs: durationMs(settings.wall_limit),
    cellMs: durationMs(settings.cell_limit),
    ...(settings.idle_limit === '' ? {} : { idleMs: durationMs(settings.idle_limit) }),
    endMs: durationMs(settings.end_limit),
    outputBytes: sizeBytes(settings.output_limit),
    outputCount: settings.output_count,
    artifactBytes: sizeBytes(settings.artifact_limit),
    tables: {
      isOn: settings.tables,
      rows: settings.table_rows,
      bytes: sizeBytes(settings.table_limit),
      ms: durationMs(settings.table_time),
    },
    diskReserveBytes: sizeBytes(settings.disk_reserve),
  };
}
