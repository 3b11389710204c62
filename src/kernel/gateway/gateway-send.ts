/** Sends the files beside a script to a Python kernel of a gateway, into the folder of its run, a few at a time. */
import type { FilesToSend } from '../../domain/kernel/kernel.ts';
import { receiveExpression, type SentPiece } from './gateway-program.ts';

/** Bytes that one message carries; Jupyter servers refuse messages above 10 MB. */
const MESSAGE_BYTES = 1024 * 1024;
const NAMES_SHOWN = 5;

/** `evaluate`: see `Client`. Files that cannot be read any more are left out; returns the names of all that are. */
export async function sendFiles(
  { files, left }: FilesToSend,
  evaluate: (expression: string) => Promise<string>,
): Promise<readonly string[]> {
  const unread: string[] = [];
  let pieces: SentPiece[] = [];
  let bytes = 0;
  const flush = async () => {
    if (pieces.length > 0) await evaluate(receiveExpression(pieces));
    [pieces, bytes] = [[], 0];
  };
  for (const { path, isProgram, read } of files) {
    const content = await read().catch(() => undefined);
    if (content === undefined) {
      unread.push(path);
      continue;
    }
    for (let at = 0; at === 0 || at < content.length; at += MESSAGE_BYTES) {
      const piece = content.subarray(at, at + MESSAGE_BYTES);
      if (bytes + piece.length > MESSAGE_BYTES) await flush();
      pieces.push([path, isProgram, Buffer.from(piece).toString('base64')]);
      bytes += piece.length + path.length;
    }
  }
  await flush();
  return [...left, ...unread];
}

/** For the details of a run; `unsent` undefined: none could be sent. */
export function unsentWords(unsent: readonly string[] | undefined): string {
  if (unsent === undefined) return ' Files beside the script are not there.';
  if (unsent.length === 0) return '';
  const more = unsent.length > NAMES_SHOWN ? ` and ${unsent.length - NAMES_SHOWN} more` : '';
  return ` Files beside the script that are not there: ${unsent.slice(0, NAMES_SHOWN).join(', ')}${more}.`;
}
