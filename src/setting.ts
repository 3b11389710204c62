/** The settings: one flat table drives the file's keys, the flags, the `SCRIPT_RUNNER_*` variables and the README. */
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import { defined } from './domain/defined.ts';
import { DURATION } from './domain/text/duration.ts';
import { REPORT_HOST } from './domain/report/report-host.ts';
import { SIZE } from './domain/text/size.ts';

const text = (fallback: string, description: string, expected?: string) =>
  Type.String({ default: fallback, description, ...defined({ expected }) });
const whole = (fallback: number, bounds: { minimum: number; maximum: number }, description: string) =>
  Type.Integer({
    default: fallback,
    ...bounds,
    description,
    expected: `a whole number from ${bounds.minimum} to ${bounds.maximum}`,
  });
const duration = (fallback: string, description: string) =>
  Type.String({
    default: fallback,
    pattern: DURATION.source,
    description,
    expected: 'a duration such as "90s", "10m", "2h" or "30d"',
  });
const size = (fallback: string, description: string) =>
  Type.String({
    default: fallback,
    pattern: SIZE.source,
    description,
    expected: 'a size such as "500KB", "64MB" or "2GB"',
  });
const flag = (fallback: boolean, description: string) =>
  Type.Boolean({ default: fallback, description, expected: 'true or false' });
const list = (description: string) =>
  Type.Array(Type.String(), { default: [], description, expected: 'a list of texts' });

export const SETTINGS = Type.Object(
  {
    host: text('127.0.0.1', 'address to listen on; beyond loopback only with password_hash or identity_header'),
    port: whole(16024, { minimum: 0, maximum: 65535 }, 'port to listen on; 0 picks a free one'),
    data: text('', 'folder for runs and reports; default `.script-runner` in the project folder'),
    python: text('', 'Python for `python3` notebooks: a path or a command; default: found or prepared'),
    concurrency: whole(2, { minimum: 1, maximum: 1000 }, 'runs at once'),
    pool: whole(1, { minimum: 0, maximum: 100 }, 'kernels kept warm for the next run'),
    queue_limit: whole(100, { minimum: 1, maximum: 1_000_000 }, 'runs that may wait; more are refused'),
    queue_time: duration('1h', 'a run that waits longer ends'),
    wall_limit: duration('1h', 'a run that takes longer ends'),
    cell_limit: duration('1h', 'a cell that takes longer ends its run'),
    idle_limit: Type.String({
      default: '',
      pattern: `^$|${DURATION.source}`,
      description: 'a run that shows nothing new for longer ends; default: none',
      expected: 'a duration such as "90s", "10m", "2h" or "30d"',
    }),
    memory_limit: Type.String({
      default: '',
      pattern: `^$|${SIZE.source}`,
      description: 'memory of one run, all its processes together; default: half of the machine’s',
      expected: 'a size such as "500MB" or "2GB"',
    }),
    process_limit: whole(1000, { minimum: 10, maximum: 1_000_000 }, 'processes and threads of one run'),
    cpu_limit: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1024,
      description: 'processors that one run may use, as 1.5; 0: all, shared fairly; where the system allows that',
      expected: 'a number from 0 to 1024',
    }),
    disk_limit: size('10GB', 'what one run may write to disk while it runs'),
    file_limit: size('5GB', 'size of a single file that a run writes'),
    output_limit: size('50MB', 'outputs of one run; the rest is cut with a notice'),
    output_count: whole(
      10_000,
      { minimum: 1, maximum: 1_000_000 },
      'tables, pictures and other displays of one run, changes of them included; the rest is cut with a notice',
    ),
    artifact_limit: size('1GB', 'downloads of one run'),
    retain_days: whole(30, { minimum: 1, maximum: 36_500 }, 'days that reports are kept'),
    retain_count: whole(100_000, { minimum: 1, maximum: 100_000_000 }, 'reports kept in all; the oldest go first'),
    retain_bytes: size('10GB', 'room for all reports together; the oldest go first'),
    retain: list('scripts whose reports are kept differently, as "sales/*: days=90 count=20 bytes=500MB"'),
    disk_reserve: size('200MB', 'room that must be free on the disk; with less, no run starts'),
    grace: duration('30s', 'time that running reports have to end when the server is told to stop'),
    log: Type.String({
      default: 'auto',
      pattern: '^(auto|json|text)$',
      description: 'form of the log on standard error; auto: text on a terminal, JSON elsewhere',
      expected: '"auto", "json" or "text"',
    }),
    timezone: text(
      '',
      'IANA zone for relative dates; default: the machine’s',
      'an IANA time zone such as "Europe/Paris"',
    ),
    base_path: Type.String({
      default: '',
      pattern: '^(?:/[^/]+)*/?$',
      description: 'path that all pages lie under, behind a proxy',
      expected: 'a path such as "/reports"',
    }),
    hosts: list('further host names that requests may be addressed to'),
    trusted_proxies: list('addresses of proxies whose X-Forwarded-… headers count'),
    password_hash: Type.String({
      default: '',
      pattern: '^(scrypt:[\\d:]+:[\\w+/=]+:[\\w+/=]+)?$',
      description: 'asks everyone for a password; what `script-runner password` prints',
      expected: 'the line that "script-runner password" prints',
    }),
    proxy_secret: Type.String({
      default: '',
      pattern: '^(|[!-~]{16,200})$',
      description:
        'what a proxy adds to each request as X-Script-Runner-Proxy; only then identity_header counts. From a variable, never from the file',
      expected: 'a text of 16 to 200 letters, digits and signs without blanks',
    }),
    identity_header: Type.String({
      default: '',
      pattern: '^[A-Za-z\\d-]*$',
      description: 'header in which a trusted proxy names the user',
      expected: 'the name of a header such as "X-Forwarded-User"',
    }),
    report_hosts: Type.Array(Type.String({ pattern: REPORT_HOST }), {
      default: [],
      description:
        'servers that reports may load pictures, scripts, styles and fonts from, by https: names, or `*.example.org`',
      expected: 'a list of host names such as "tile.example.org" or "*.example.org", which are reached by https',
    }),
    operators: list('users, as the proxy names them, who are operators'),
    network: Type.String({
      default: 'on',
      pattern: '^(on|loopback|off)$',
      description:
        'off: scripts reach no network; loopback: only what they start themselves; where the system allows that',
      expected: '"on", "loopback" or "off"',
    }),
    isolation: flag(
      true,
      'keep runs apart from each other, from the server’s data and from the rest of the files, where the system allows that',
    ),
    writable: flag(
      false,
      'let scripts change files in the scripts folder; else changes last for the run alone, where the system allows that',
    ),
    writable_folders: list('further folders that scripts may change; all others are read-only to them'),
    pass_environment: list('variables of the server that scripts may see'),
    connections: list('which scripts may use which connections, as "sales/*: dbs.warehouse"; default: all may use all'),
    follow_links: flag(false, 'follow links that lead outside the scripts folder'),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof SETTINGS>;
export type SettingName = keyof Settings;
export const SETTING_NAMES = Object.keys(SETTINGS.properties) as SettingName[];

interface SettingFacts {
  readonly description: string;
  /** What it accepts, in words: `a whole number from 0 to 65535`. */
  readonly expected: string;
  readonly fallback: unknown;
}

/** Those that a running server takes over when it is told to read its settings again; the others wait for a restart. */
export const RELOADED: readonly SettingName[] = [
  'concurrency',
  'queue_limit',
  'queue_time',
  'wall_limit',
  'cell_limit',
  'idle_limit',
  'output_limit',
  'output_count',
  'artifact_limit',
  'disk_reserve',
  'retain_days',
  'retain_count',
  'retain_bytes',
  'retain',
  'connections',
  'grace',
];

export function describeSetting(name: SettingName): SettingFacts {
  const schema: TSchema & { description?: string; expected?: string; default?: unknown } = SETTINGS.properties[name];
  return { description: schema.description ?? '', expected: schema.expected ?? 'a text', fallback: schema.default };
}

/** A flag's or variable's text as the setting's type; text that does not fit is left for the check to name. */
export function readText(name: SettingName, value: string): unknown {
  const { type } = SETTINGS.properties[name] as TSchema & { type: string };
  if (type === 'number') return /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (type === 'integer') return /^-?\d+$/.test(value.trim()) ? Number(value) : value;
  if (type === 'boolean')
    return { true: true, 1: true, yes: true, false: false, 0: false, no: false }[value.trim().toLowerCase()] ?? value;
  if (type === 'array')
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  return value;
}
