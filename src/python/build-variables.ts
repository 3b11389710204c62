/**
 * The variables of the tools that build environments: an allow-list of the server's, with what pip is configured to use
 * translated for uv, which reads no configuration of pip.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defined } from '../domain/defined.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const PASSED =
  /^(?:PATH|HOME|LANG|LC_\w+|TMPDIR|USER|LOGNAME|XDG_(?:CACHE|CONFIG)_HOME|(?:HTTPS?|ALL|NO)_PROXY|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC|LD_LIBRARY_PATH)$/i;
/** The settings of uv that say where packages come from; none that publishes. */
const UV =
  /^UV_(?:DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|INDEX_STRATEGY|INDEX_\w+_(?:USERNAME|PASSWORD)|CONFIG_FILE|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|KEYRING_PROVIDER|CACHE_DIR|OFFLINE|HTTP_TIMEOUT|HTTP_RETRIES|LINK_MODE|EXCLUDE_NEWER)$/;
const SECTION = /^\[(\w+)\]\s*$/;
const ENTRY = /^([\w-]+)\s*[=:]\s*(.*)$/;
/** Of a configuration file. */
const MOST_CHARS = 100_000;

/** Nothing else of the server's environment is there: it has its secrets. */
export function buildVariables(server: Variables): Record<string, string> {
  const kept = Object.entries(server).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && (PASSED.test(entry[0]) || UV.test(entry[0])),
  );
  return {
    ...fromPip(server),
    ...Object.fromEntries(kept),
    PYTHONNOUSERSITE: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    NO_COLOR: '1',
  };
}

/** Not where uv has an index of its own. */
function fromPip(server: Variables): Record<string, string> {
  const pip = pipSettings(server);
  const ownIndex = ['UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_INDEX_URL', 'UV_CONFIG_FILE'].some(
    (name) => server[name] !== undefined,
  );
  const words = (text: string | undefined) => text?.trim().split(/\s+/);
  return {
    ...(ownIndex
      ? {}
      : defined({
          UV_DEFAULT_INDEX: pip['index-url'],
          UV_INDEX: words(pip['extra-index-url'])?.join(' '),
          UV_FIND_LINKS: words(pip['find-links'])?.filter(isThere).join(','),
          UV_NO_INDEX: /^(1|true|yes|on)$/i.test(pip['no-index'] ?? '') ? '1' : undefined,
        })),
    ...defined({
      SSL_CERT_FILE: pip['cert'],
      UV_INSECURE_HOST: words(pip['trusted-host'])?.join(' '),
      HTTPS_PROXY: pip['proxy'],
      UV_HTTP_TIMEOUT: pip['timeout'] ?? pip['default-timeout'],
    }),
  };
}

/** pip passes over a folder of wheels that is not there, uv fails. */
function isThere(place: string): boolean {
  return /^\w+:/.test(place) || existsSync(place);
}

/** Source: https://pip.pypa.io/en/stable/topics/configuration/ */
function pipSettings(server: Variables): Readonly<Record<string, string | undefined>> {
  const home = server['HOME'] ?? homedir();
  const own = server['PIP_CONFIG_FILE'];
  const files = [
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
    join(home, '.pip/pip.conf'),
    join(server['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip/pip.conf'),
    ...(own === undefined ? [] : [own]),
  ];
  const settings: Record<string, string | undefined> = {};
  if (own !== '/dev/null') for (const file of files) Object.assign(settings, readConfiguration(file));
  for (const [name, value] of Object.entries(server))
    if (name.startsWith('PIP_')) settings[name.slice('PIP_'.length).toLowerCase().replaceAll('_', '-')] = value;
  return settings;
}

function readConfiguration(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').slice(0, MOST_CHARS);
  } catch {
    return {};
  }
  const found: Record<string, string> = {};
  let section = '';
  let last = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line) || line.trim() === '') continue;
    section = SECTION.exec(line)?.[1] ?? section;
    if (SECTION.test(line) || !['global', 'install'].includes(section)) continue;
    const entry = ENTRY.exec(line);
    // a value may go on, indented
    if (/^\s/.test(line) && last !== '') found[last] = `${found[last] ?? ''} ${line.trim()}`;
    else if (entry !== null) found[(last = entry[1] ?? '')] = entry[2]?.trim() ?? '';
  }
  return found;
}
