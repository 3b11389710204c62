/**
 * Connections: the named data sources of `.link/link.config`, as scripts and operators see them (port). Implemented
 * over the project folder by `connection/`.
 */

/** A problem of a connection or its file: what, where, and how to fix it; sentences for the operator. */
export interface ConnectionProblem {
  readonly what: string;
  readonly where?: string;
  readonly remedy?: string;
}

/** A connection as `/admin` shows it: without secrets. */
export interface ConnectionListing {
  /** Path of keys in the file: `dbs.warehouse`. */
  readonly name: string;
  /** Class of the `link` library: `PostgresDB`. */
  readonly wrapper: string;
  /** The target for people: `ana@db.example.org:5432/sales`, a file's path; empty if the file does not say. */
  readonly target: string;
  /** The problems that switch it off; empty: scripts can use it. */
  readonly problems: readonly ConnectionProblem[];
  /** Worth knowing, but does not switch it off. */
  readonly warnings: readonly ConnectionProblem[];
}

export interface ConnectionListings {
  /** Path of the file, for people; it need not exist. */
  readonly file: string;
  /** Problems of the file as a whole. */
  readonly problems: readonly ConnectionProblem[];
  readonly warnings: readonly ConnectionProblem[];
  readonly connections: readonly ConnectionListing[];
}

/** What one run needs for its connections. */
export interface PreparedConnections {
  /** Only for the kernel: `LNK_DIR`, and `NAME_URL` for each SQL connection. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Passwords, keys and tokens to mask in everything that the run shows; never host or user names. All of the
   * project's, since a kernel that is not isolated can read the file itself.
   */
  readonly secrets: readonly string[];
  /** Absolute folders that the kernel may write to even if it is isolated: SQLite writes a journal beside its file. */
  readonly writablePaths: readonly string[];
  /** Connections that the script would see but that are switched off, by name, with a message for the viewer. */
  readonly switchedOff: readonly { readonly name: string; readonly notice: string }[];
  /** There is no `link.config` where the run executes. */
  readonly lacksConfig?: boolean;
}

export interface ConnectionSource {
  /**
   * Prepares the connections that its script may see for a run: writes a private `link.config` (0600) into `directory`,
   * which is absolute, exists and is private to the run. Connections with problems are left out. Never throws for a bad
   * file.
   */
  forScript(script: string, directory: string): Promise<PreparedConnections>;
  /**
   * As `forScript`, for one connection by name, regardless of the rules: for the test button. Throws `not-found`,
   * `invalid`.
   */
  forTest(name: string, directory: string): Promise<PreparedConnections>;
  list(): Promise<ConnectionListings>;
  /**
   * What a script can name: the connections that it may see, also those with problems, and the variables of the server
   * that hold URLs.
   */
  namesFor(script: string): Promise<readonly string[]>;
}
