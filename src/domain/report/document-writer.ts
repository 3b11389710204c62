/** The port for formats that an outside program makes of a report: PDF, Word, LaTeX and the like. */

/** Pictures that are wider take the width of the page. */
export const PAGE_WIDTH_PX = 600;

export interface DocumentFormat {
  /** As in `--to` and `?to=`: `pdf`. */
  readonly name: string;
  /** For people: `PDF`. */
  readonly label: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  readonly mime: string;
}

export interface DocumentSource {
  /** The report as one self-contained HTML file, UTF-8. */
  readonly page: () => Promise<Uint8Array>;
  /**
   * Its content as HTML for converters, UTF-8. In place of the chart ID it has a paragraph `chart-ID`. With `hasPages`,
   * its tables are no wider than a page.
   */
  readonly plain: (options: { readonly hasPages: boolean }) => Promise<Uint8Array>;
  /** Of the run. */
  readonly id: string;
  readonly title: string;
  /** The only date that the document contains: the same run gives the same bytes. */
  readonly madeAtMs: number;
}

/** Why a format cannot be written on this machine. */
export interface MissingProgram {
  /** For everybody: `This server has no pandoc that works.` */
  readonly why: string;
  /** For its operator: what changes it, with the line to run. */
  readonly remedy: string;
}

export interface WrittenDocument {
  readonly bytes: Uint8Array;
  /** Pictures to which the document refers by path, relative to it; most formats contain their own. */
  readonly pictures: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

export interface DocumentWriter {
  readonly formats: readonly DocumentFormat[];
  /** Undefined if the format can be written. */
  missing(name: string): Promise<MissingProgram | undefined>;
  /**
   * Writes the document in a process of its own. Throws `unavailable` if the program is missing, is busy with others,
   * or needs more time or memory than it may have.
   */
  write(name: string, source: DocumentSource, signal?: AbortSignal): Promise<WrittenDocument>;
  /** Ends all programs; further calls of `write` throw `unavailable`. */
  close(): Promise<void>;
}
