/** Reads the settings from the settings file, variables and flags, and checks each by itself. */
import { join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { Value } from 'typebox/value';
import { plainFileReason, readPlainTextSync } from '../disk/plain-file.ts';
import { isArtifactsAddress } from './config-artifacts.ts';
import { isSource } from './config-source.ts';
import { hasPassword, isDatabaseAddress } from './config-database.ts';
import { isGatewayAddress } from './config-gateway.ts';
import type { FieldProblem } from '../domain/error.ts';
import { reportHostProblem } from '../domain/report/report-host.ts';
import { isTimezone } from '../domain/time/timezone.ts';
import { describeSetting, readText, SETTING_NAMES, SETTINGS } from './setting.ts';
import type { SettingName, Settings } from './setting.ts';

export const SETTINGS_FILE = 'script-runner.toml';
/** For the settings file, and for a file that a variable names. */
const FILE_BYTES = 1_000_000;

/** Where settings come from. Flags override variables, variables override the file. */
export interface ConfigSources {
  /** Project folder, or one notebook. */
  readonly target: string;
  /** Setting name -> text as typed; undefined ones are ignored. Paths are relative to the current folder. */
  readonly flags?: Readonly<Partial<Record<SettingName, string | undefined>>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

type KnownSources = ConfigSources & { readonly environment: NonNullable<ConfigSources['environment']> };

/** Adds a problem for each setting that is unknown or does not fit. `folder`: of the project. */
export function readSettings(folder: string, sources: KnownSources, problems: FieldProblem[]): Settings {
  return check(gather(folder, sources, problems), problems);
}

interface Given {
  readonly value: unknown;
  readonly from: string;
}

function gather(folder: string, sources: KnownSources, problems: FieldProblem[]): Map<string, Given> {
  const given = new Map<string, Given>();
  const { environment } = sources;
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
export function readVariable(
  name: string,
  environment: KnownSources['environment'],
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
        /((?:password_hash|proxy_secret|database|server_key|gateway|gateway_token|artifacts_key|artifacts_secret|source|source_secret|secret)\s*=).*/g,
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
    } else if (!from.startsWith('SCRIPT_RUNNER_') && isSecret(name, value)) {
      problems.push({ field: name, message: publicSecret(name) });
    } else if (!Value.Check(SETTINGS.properties[name], value) || !isFit(name, typeof value === 'string' ? value : '')) {
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

/** Names of settings whose values are never shown. */
export const SECRET_SETTINGS: readonly SettingName[] = [
  'password_hash',
  'proxy_secret',
  'database',
  'server_key',
  'gateway',
  'gateway_token',
  'artifacts_key',
  'artifacts_secret',
  'source',
  'source_secret',
];
/** Those that only a variable may have. */
const PRIVATE: readonly SettingName[] = [
  'proxy_secret',
  'server_key',
  'gateway_token',
  'artifacts_key',
  'artifacts_secret',
  'source_secret',
];

/** What a schema cannot say. */
function isFit(name: SettingName, value: string): boolean {
  if (name === 'timezone') return value === '' || isTimezone(value);
  if (name === 'gateway') return isGatewayAddress(value);
  if (name === 'artifacts') return isArtifactsAddress(value);
  if (name === 'source') return isSource(value);
  return name !== 'database' || isDatabaseAddress(value);
}

/** Whether the value may not stand where notebooks and other users can read it. */
function isSecret(name: SettingName, value: unknown): boolean {
  return (PRIVATE.includes(name) && value !== '') || (name === 'database' && hasPassword(String(value)));
}

function publicSecret(name: SettingName): string {
  const [subject, variable] = [
    name === 'database' ? 'with a password must' : 'must',
    `SCRIPT_RUNNER_${name.toUpperCase()}`,
  ];
  return `${subject} come from the variable ${variable}, or from a file that ${variable}_FILE names: notebooks can read the settings file, and everybody can read the command line.`;
}

/** What was given as a password's hash may be the password itself. */
function shown(name: SettingName, value: unknown): string {
  return SECRET_SETTINGS.includes(name) ? 'not what it is' : `not ${JSON.stringify(value)}`;
}

function isSetting(name: string): name is SettingName {
  return (SETTING_NAMES as string[]).includes(name);
}
