/** Sentences about files that people give to a run. */

export const UPLOAD_WORDS = {
  fileAccept: (types: string) => `Accepted: ${types}.`,
  fileMost: (size: string) => `At most ${size}.`,
  fileUsual: (path: string) => `If none is chosen, the notebook uses ${path}.`,
} as const;
