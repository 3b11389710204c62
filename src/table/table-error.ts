/** The bytes are not those of a kept table, or more than a kernel of ours would write. */
export class TableError extends Error {}
