/** Sentences about files that people give to a run. */

export const UPLOAD_WORDS = {
  accept: (types: string) => `Accepted: ${types}.`,
  most: (size: string) => `At most ${size}.`,
  usual: (path: string) => `If none is chosen, the notebook uses ${path}.`,
  drop: (isSeveral: boolean) => (isSeveral ? 'or drop or paste files here' : 'or drop or paste a file here'),
  sending: 'Uploading',
  sent: 'Uploaded',
  waits: 'Connection lost; trying again …',
  cancel: 'Cancel the upload',
  empty: 'This file is empty. Choose another one.',
  large: (size: string) => `This file is too large: at most ${size} are allowed.`,
  type: (types: string) => `This file is not of an accepted type: choose one of ${types}, whose content fits its name.`,
} as const;
