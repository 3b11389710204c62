/** The reasons why a file cannot be read, as sentences for the author. */
import type { ScriptProblem } from '../domain/problem.ts';

/** `target`: where a link points to. */
export function fileProblem(
  error: NodeJS.ErrnoException,
  kind: 'file' | 'folder' | 'link',
  target = '',
): ScriptProblem {
  switch (error.code) {
    case 'ENOENT':
      return kind === 'link'
        ? {
            what: `This link leads to ${target}, which does not exist.`,
            remedy: 'Put the file there, or remove the link.',
          }
        : { what: `The ${kind} has just disappeared.`, remedy: 'Put it back, or reload the page.' };
    case 'ENOTDIR':
      return {
        what: `The ${kind} cannot be read: it, or a folder above it, is a pipe, a device, a socket or a file, not a folder.`,
        remedy: 'Move it away, and put a folder there.',
      };
    case 'ELOOP':
      return { what: 'This link leads back to itself.', remedy: 'Remove the link, or let it point to the file.' };
    case 'EACCES':
    case 'EPERM':
      return {
        what: `The server may not read this ${kind}.`,
        remedy: 'Give the server’s user the right to read it.',
      };
    default:
      return {
        what: `The ${kind} cannot be read: ${error.message}.`,
        remedy: 'Check the disk, or the network share that contains it.',
      };
  }
}

export function leadsOutside(): ScriptProblem {
  return {
    what: 'This link leads out of the scripts folder.',
    remedy: 'Put the file itself here, or allow such links with the setting follow_links.',
  };
}

/** A pipe, a device, a socket, a folder. */
export function notPlain(): ScriptProblem {
  return {
    what: 'The notebook, or the file of parameters beside it, is a pipe, a device or a folder, not a file.',
    remedy: 'Put the file itself here.',
  };
}

export function tooLarge(sizeBytes: number, limitBytes: number): ScriptProblem {
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;
  return {
    what: `The file has ${megabytes(sizeBytes)}; the limit is ${megabytes(limitBytes)}.`,
    remedy: 'Clear the saved outputs in Jupyter (Edit, Clear Outputs of All Cells) and save: a run makes them again.',
  };
}

/**
 * Names the first line that is not UTF-8; lines can be checked separately, as no character of UTF-8 contains the byte
 * of a line feed.
 */
export function notUtf8(bytes: Uint8Array): ScriptProblem {
  const remedy = 'Save the file as UTF-8.';
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { what: 'The file is UTF-16, not UTF-8.', remedy };
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let from = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    try {
      decoder.decode(bytes.subarray(from, end < 0 ? bytes.length : end));
    } catch {
      return { what: 'The file is not UTF-8.', where: `line ${line}`, remedy };
    }
    if (end < 0) return { what: 'The file is not UTF-8.', remedy };
    from = end + 1;
  }
}
