/** What the renderers ask about files that a report names. */

export interface Link {
  readonly href: string;
  /** The name to save it under; absent: a page. */
  readonly download?: string;
}

/** Each answers undefined for an address that stays as it is, and null for a file that the report does not have. */
export interface FileAddresses {
  /** Of a picture, a sound or a film. */
  shown(address: string): string | null | undefined;
  /** The text of a style sheet. */
  styles(address: string): string | null | undefined;
  link(address: string): Link | null | undefined;
}

export const NO_FILES: FileAddresses = { shown: keep, styles: keep, link: keep };

function keep(): undefined {
  return undefined;
}
