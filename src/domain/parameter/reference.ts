/** What the code of a script names that exists outside of it: modules and connections. */

export interface Reference {
  /** Of a module the first part: `pandas`; of a connection as the code names it: `dbs.warehouse`, `warehouse`. */
  readonly name: string;
  /** Index among the code cells. */
  readonly cell: number;
  /** From 1. */
  readonly line: number;
}

/** Each name once, where it first occurs. */
export interface References {
  readonly modules: readonly Reference[];
  readonly connections: readonly Reference[];
}
