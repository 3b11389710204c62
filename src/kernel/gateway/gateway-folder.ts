/** The folders of a run in a kernel of a gateway that is not Python, by code of its language. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { KernelDiedError, type FilesToSend, type Kernel, type KernelRequest } from '../../domain/kernel/kernel.ts';
import type { FolderSource } from '../../domain/parameter/folder-source.ts';
import { sendFiles, sendUploads, type SendPieces } from './gateway-send.ts';

/** Time for removing the folders of a kernel that is deleted, and for what is being sent before. */
export const REMOVE_MS = 15_000;

/** An absolute folder on the gateway that nobody can have made. */
export function newPlace(): string {
  return `/tmp/script-runner-${randomUUID()}`;
}

export interface KernelFolders {
  /** Files beside the script that are not there; undefined: none is. */
  readonly unsent: readonly string[] | undefined;
  readonly execute: Kernel['execute'];
  /** Never throws. A kernel that is busy leaves its folders there. */
  remove(): Promise<void>;
}

/**
 * A kernel that cannot have the files beside its script works in the gateway's folder. Throws if it cannot have those
 * that were given to its run; then, and when the signal aborts between two pieces, nothing stays there.
 */
export async function prepareFolders(
  execute: Kernel['execute'],
  source: FolderSource,
  request: Pick<KernelRequest, 'uploads'>,
  { files, signal }: { readonly files: FilesToSend | undefined; readonly signal: AbortSignal },
): Promise<KernelFolders> {
  const made: string[] = [];
  let running = 0;
  async function run(code: string): Promise<void> {
    signal.throwIfAborted();
    await runSilently(execute, code);
  }
  async function make(path: string): Promise<void> {
    await run(source.make(path));
    made.push(path);
  }
  const sendBelow =
    (folder: string): SendPieces =>
    (pieces) =>
      run(source.append(pieces.map((piece) => ({ ...piece, path: `${folder}/${piece.path}` }))));
  async function sendBeside({ folder, ...found }: FilesToSend): Promise<readonly string[]> {
    const work = newPlace();
    await make(work);
    const unsent = await sendFiles({ folder, ...found }, sendBelow(work));
    await run(source.enter(folder === '' ? work : `${work}/${folder}`));
    return unsent;
  }
  async function remove(): Promise<void> {
    if (running > 0) return;
    const removing = (async () => {
      for (const path of made.splice(0)) await runSilently(execute, source.remove(path));
    })().catch(() => undefined);
    await Promise.race([removing, wait(REMOVE_MS, undefined, { ref: false })]);
  }
  try {
    if (request.uploads !== undefined) {
      await make(request.uploads.place);
      await sendUploads(request.uploads, (pieces) => run(source.append(pieces)), source.limitBytes);
    }
    const unsent = files === undefined ? undefined : await sendBeside(files).catch(unlessDead);
    return {
      unsent,
      remove,
      execute: (code, options) => {
        running += 1;
        return execute(code, options).finally(() => (running -= 1));
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function unlessDead(error: unknown): undefined {
  if (error instanceof KernelDiedError) throw error;
}

async function runSilently(execute: Kernel['execute'], code: string): Promise<void> {
  let said = '';
  const { status } = await execute(code, {
    silent: true,
    onMessage: (message) => void (message.type === 'error' && (said = `: ${message.name} ${message.value}`)),
  });
  if (status !== 'ok') throw new Error(`it cannot store the files of the run${said}`);
}
