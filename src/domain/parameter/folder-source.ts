/**
 * Source with which a kernel of another machine makes, fills and removes folders of its run there (port). Paths are
 * absolute and of POSIX. Each fails if it cannot do it, and leaves no variable behind.
 */

/** A part of a file's bytes; later parts of the file follow. */
export interface FilePiece {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What the file's permissions become after this piece; absent: they stay. */
  readonly mode?: number;
}

export interface FolderSource {
  /** What one run can be sent in reasonable time; absent: what the settings allow. */
  readonly limitBytes?: number;
  /** Makes a folder for its user alone; fails if it is there. */
  make(path: string): string;
  /** Makes the folder unless it is there, and goes on in it. */
  enter(path: string): string;
  /** Appends the pieces to their files, in order, with the folders around them. */
  append(pieces: readonly FilePiece[]): string;
  /** Leaves the folder and removes it with all that is in it. */
  remove(path: string): string;
}
