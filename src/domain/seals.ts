/** Texts that clients keep for the server, and can neither read nor change. */
export interface Seals {
  /** Encrypts and authenticates with the key of the data folder; `context` must be the same for both. */
  seal(values: Readonly<Record<string, string>>, context: string): string;
  /** Throws for anything that was not sealed with this key and context. */
  open(sealed: string, context: string): Readonly<Record<string, string>>;
}
