/** The settings: one table drives the keys of the file, the flags, the variables and docs/settings.md. */
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import { DURATION } from '../domain/text/duration.ts';
import { REPORT_HOST } from '../domain/report/report-host.ts';
import { SIZE } from '../domain/text/size.ts';
import { ACCESS_SETTINGS } from './setting-access.ts';
import { AUDIT_SETTINGS } from './setting-audit.ts';
import { ARTIFACTS_SETTINGS } from './setting-artifacts.ts';
import { SOURCE_SETTINGS } from './setting-source.ts';
import { ENVIRONMENT_SETTINGS } from './setting-environments.ts';
import { duration, flag, list, size, text, unlimited, whole } from './setting-kind.ts';

export const SETTINGS = Type.Object(
  {
    host: text(
      '127.0.0.1',
      'address to listen on; other addresses than loopback need password_hash or identity_header',
    ),
    port: whole(16024, { minimum: 0, maximum: 65535 }, 'port to listen on; 0 picks a free one'),
    metrics_port: whole(
      0,
      { minimum: 0, maximum: 65535 },
      'port at which a worker serves /metrics, on the address of host; 0: none',
    ),
    data: text('', 'folder for runs and reports; default `.script-runner` in the project folder'),
    database: text(
      '',
      'PostgreSQL database for runs and reports, which several processes may share; their files stay in the data folder. With a password only by a variable, or by the file that SCRIPT_RUNNER_DATABASE_FILE names; default: SQLite in the data folder',
      'the address of a PostgreSQL database such as "postgres://user@host:5432/name"',
    ),
    server_key: Type.String({
      default: '',
      pattern: '^([!-~]{32,200}(\\s+[!-~]{32,200}){0,4})?$',
      description:
        'key that signs sessions and encrypts passwords of waiting runs, the same for all processes; earlier ones behind it, with blanks between them. `script-runner key new` prints one. Set it by a variable; the file may not contain it; default: made in the data folder',
      expected:
        'up to five keys of 32 to 200 letters, digits and signs each, the newest first, with blanks between them',
    }),
    worker_tags: list('what this worker has that scripts may need, such as "gpu"'),
    bundle_limit: size(
      '64MB',
      'size of the files beside a script that travel to workers, on a shared database; larger files are left out with a notice. "0MB": none travel',
    ),
    ...SOURCE_SETTINGS,
    ...ARTIFACTS_SETTINGS,
    ...ENVIRONMENT_SETTINGS,
    python: text('', 'Python for `python3` notebooks: a path or a command; default: found or prepared'),
    gateway: text(
      '',
      'Jupyter server or gateway whose kernels execute the scripts; its token only by SCRIPT_RUNNER_GATEWAY_TOKEN, or by the file that SCRIPT_RUNNER_GATEWAY_TOKEN_FILE names; default: kernels of this machine',
      'the address of a Jupyter server such as "https://gateway.example:8888", without user, token or parameters',
    ),
    gateway_token: Type.String({
      default: '',
      pattern: '^[!-~]{0,1000}$',
      description: 'token of the gateway. Set it by a variable; the file may not contain it',
      expected: 'a text of letters, digits and signs without blanks',
    }),
    gateway_scripts: list(
      'which scripts run on the gateway, such as "models/*", or which kernels, such as "kernel:spark*"; default: all',
    ),
    concurrency: whole(2, { minimum: 1, maximum: 1000 }, 'number of runs at once'),
    pool: whole(1, { minimum: 0, maximum: 100 }, 'number of kernels kept ready for the next run'),
    page_kernel_memory: Type.String({
      default: '',
      pattern: `^$|${SIZE.source}`,
      description:
        'memory of the kernels that wait for visitors who have the page of a script open, 20 MB for each; default: a tenth of the machine’s',
      expected: 'a size such as "500MB" or "2GB"',
    }),
    queue_limit: whole(
      100,
      { minimum: 1, maximum: 1_000_000 },
      'number of runs that may wait; further ones are refused',
    ),
    user_queue_limit: unlimited('number of runs of one user that may wait; further ones are refused'),
    script_concurrency: unlimited('number of runs of one script at once; a script may set a lower one for itself'),
    user_concurrency: unlimited('number of runs of one user at once'),
    queue_time: duration('1h', 'longest time that a run may wait; then it ends'),
    wall_limit: duration('1h', 'longest time that a run may take; then it ends'),
    cell_limit: duration('1h', 'longest time that a cell may take; then its run ends'),
    idle_limit: Type.String({
      default: '',
      pattern: `^$|${DURATION.source}`,
      description: 'longest time that a run may show nothing new; then it ends; default: none',
      expected: 'a duration such as "90s", "10m", "2h" or "30d"',
    }),
    end_limit: duration(
      '2s',
      'longest time that the program of a run may take to end after its last cell: threads, exit handlers, open files',
    ),
    memory_limit: Type.String({
      default: '',
      pattern: `^$|${SIZE.source}`,
      description: 'memory of one run, for all its processes together; default: half of the machine’s',
      expected: 'a size such as "500MB" or "2GB"',
    }),
    process_limit: whole(1000, { minimum: 10, maximum: 1_000_000 }, 'number of processes and threads of one run'),
    cpu_limit: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1024,
      description: 'processors that one run may use, such as 1.5; 0: all, shared fairly; where the system supports it',
      expected: 'a number from 0 to 1024',
    }),
    disk_limit: size('10GB', 'what one run may write to disk'),
    file_limit: size('5GB', 'largest file that a run may write'),
    output_limit: size('50MB', 'size of the outputs of one run; the rest is cut with a notice'),
    output_count: whole(
      10_000,
      { minimum: 1, maximum: 1_000_000 },
      'number of tables, pictures and other displays of one run, including updates of them; the rest is cut with a notice',
    ),
    artifact_limit: size('1GB', 'size of all downloads of one run'),
    upload_limit: size('1GB', 'size of the files that are given to one run, together; "0MB": none can be given'),
    tables: flag(true, 'whether the tables that cells show are kept in full, so that readers can download them'),
    table_rows: whole(
      1_000_000,
      { minimum: 1, maximum: 100_000_000 },
      'number of rows that are kept of a table; the report says where there are more',
    ),
    table_limit: size(
      '100MB',
      'size of one kept table, before it is compressed; all of a run may have three times as much',
    ),
    table_time: duration('1s', 'time that a kernel may take to write a table that a cell shows; the rest is not kept'),
    retain_days: whole(30, { minimum: 1, maximum: 36_500 }, 'number of days that reports are kept'),
    retain_count: whole(
      100_000,
      { minimum: 1, maximum: 100_000_000 },
      'number of reports kept; those that expire soonest are deleted first',
    ),
    retain_bytes: size('10GB', 'disk space of all reports together; those that expire soonest are deleted first'),
    retain: list('other limits for single scripts, such as "sales/*: days=90 count=20 bytes=500MB"'),
    disk_reserve: size('200MB', 'free disk space below which no run starts'),
    grace: duration('30s', 'time that running reports have to end when the server stops'),
    log: Type.String({
      default: 'auto',
      pattern: '^(auto|json|text)$',
      description: 'format of the log on standard error; auto: text on a terminal, JSON elsewhere',
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
      description: 'path under which a proxy serves all pages',
      expected: 'a path such as "/reports"',
    }),
    hosts: list('further host names by which browsers may address the server'),
    trusted_proxies: list('addresses of proxies whose X-Forwarded-… headers are trusted'),
    ...ACCESS_SETTINGS,
    ...AUDIT_SETTINGS,
    report_hosts: Type.Array(Type.String({ pattern: REPORT_HOST }), {
      default: [],
      description:
        'servers from which reports may load pictures, scripts, styles and fonts by https: host names, or `*.example.org`',
      expected: 'a list of host names such as "tile.example.org" or "*.example.org", which are reached by https',
    }),
    brand_name: text('', 'name at the top of all pages; default: Script Runner'),
    brand_logo: text('', 'picture beside the name: a file in public/static, such as "logo.svg"'),
    brand_color: Type.String({
      default: '',
      pattern: '^(#[0-9a-fA-F]{6})?$',
      description: 'colour of buttons, links and marks; must be readable on white; dark pages get a lighter form',
      expected: 'a colour such as "#0a7d4f"',
    }),
    brand_font: text('', 'font of texts: a file in public/static, such as "corporate.woff2"'),
    brand_footer: text('', 'one line at the end of all pages'),
    report_theme: Type.String({
      default: 'auto',
      pattern: '^(auto|light|dark|print)$',
      description: 'look of reports: light, dark, or print (as on paper); auto: as the reader’s pages',
      expected: '"auto", "light", "dark" or "print"',
    }),
    contact: text('', 'e-mail address for reports that failed, if their scripts name no contact or owner'),
    browser: text(
      '',
      'Chromium, Chrome or Edge that writes PDF files: a path or a command; default: one that is on this machine',
    ),
    pdf_header: text(
      '',
      'header of the pages of PDF files; may contain {title}, {date}, {page} and {pages}, and | between left, middle and right',
    ),
    pdf_footer: text('{title} | {date} | {page} / {pages}', 'footer of the pages of PDF files, as pdf_header'),
    pdf_paper: Type.String({
      default: 'A4',
      pattern: '^(A4|Letter)$',
      description: 'paper size of PDF files: A4 or Letter',
      expected: '"A4" or "Letter"',
    }),
    export_time: duration('1m', 'longest time that writing a PDF, Word or other document may take'),
    export_memory: Type.String({
      default: '',
      pattern: `^$|${SIZE.source}`,
      description:
        'memory that writing one such document may use, for all its processes; two are written at once; default: a quarter of the machine’s, at most 2GB',
      expected: 'a size such as "500MB" or "2GB"',
    }),
    network: Type.String({
      default: 'on',
      pattern: '^(on|loopback|off)$',
      description:
        'off: scripts reach no network; loopback: only what they start themselves; where the system supports it',
      expected: '"on", "loopback" or "off"',
    }),
    isolation: flag(
      true,
      'isolate runs from each other, from the server’s data and from other files, where the system supports it',
    ),
    writable: flag(
      false,
      'let scripts change files in the scripts folder; else changes last only for that run, where the system supports it',
    ),
    writable_folders: list('further folders that scripts may change; all others are read-only'),
    pass_environment: list('environment variables of the server that scripts may see'),
    connections: list(
      'which scripts may use which connections, such as "sales/*: dbs.warehouse"; default: all scripts may use all',
    ),
    follow_links: flag(false, 'follow symbolic links that lead outside the scripts folder'),
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

/** The settings that a running server applies when it reads its settings again; the others need a restart. */
export const RELOADED: readonly SettingName[] = [
  'concurrency',
  'page_kernel_memory',
  'queue_limit',
  'user_queue_limit',
  'script_concurrency',
  'user_concurrency',
  'queue_time',
  'wall_limit',
  'cell_limit',
  'idle_limit',
  'end_limit',
  'output_limit',
  'output_count',
  'artifact_limit',
  'upload_limit',
  'tables',
  'table_rows',
  'table_limit',
  'table_time',
  'disk_reserve',
  'retain_days',
  'retain_count',
  'retain_bytes',
  'retain',
  'connections',
  'access',
  'access_in_scripts',
  'quotas',
  'grace',
];

export function describeSetting(name: SettingName): SettingFacts {
  const schema: TSchema & { description?: string; expected?: string; default?: unknown } = SETTINGS.properties[name];
  return { description: schema.description ?? '', expected: schema.expected ?? 'a text', fallback: schema.default };
}

/** Converts the text of a flag or variable to the type of the setting; text that does not fit is returned as it is. */
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
