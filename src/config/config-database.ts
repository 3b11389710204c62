/** The address of the database, and how it may be shown. */

export interface DatabaseAddress {
  /** With user, password and options. */
  readonly url: string;
  /** Without password and options, for people: `postgres://ana@db.example:5432/reports`. */
  readonly shown: string;
}

const PROTOCOLS: readonly string[] = ['postgres:', 'postgresql:'];

/** Undefined for an empty text: SQLite in the data folder. Throws for all but an address of a PostgreSQL database. */
export function databaseAddress(text: string): DatabaseAddress | undefined {
  if (text === '') return undefined;
  const url = new URL(text);
  const name = decodeURIComponent(url.pathname.slice(1));
  if (!PROTOCOLS.includes(url.protocol) || name === '') throw new Error('no address of a PostgreSQL database');
  const user = url.username === '' ? '' : `${decodeURIComponent(url.username)}@`;
  const host = url.host === '' ? (url.searchParams.get('host') ?? '') : url.host;
  return { url: text, shown: `postgres://${user}${host}/${name}` };
}

export function isDatabaseAddress(text: string): boolean {
  try {
    databaseAddress(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the address contains a password, in one of the places where PostgreSQL's programs read it. */
export function hasPassword(text: string): boolean {
  return URL.canParse(text) && (new URL(text).password !== '' || new URL(text).searchParams.has('password'));
}
