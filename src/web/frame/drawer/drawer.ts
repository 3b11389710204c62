/** The interface of what draws a kind of chart into its place. */

export interface Drawer {
  /** As `chartPlace` of a MIME type's renderer names it. */
  readonly name: string;
  /**
   * Draws `value` into the place; the libraries are loaded, and the place is empty. Rejects with an error whose message
   * a reader understands.
   */
  readonly draw: (place: HTMLElement, value: unknown) => Promise<Drawing> | Drawing;
}

/** A drawn chart. */
export interface Drawing {
  /** The place has another width, as on paper. */
  readonly fit?: () => unknown;
  /** The report has become light or dark. */
  readonly dress?: () => unknown;
}
