/** What the server tells a Python kernel of a gateway to evaluate: the modules of the project travel with the run. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import type { KernelRequest } from '../../domain/kernel/kernel.ts';
import type { FilePiece } from '../../domain/parameter/folder-source.ts';

const PYTHON = fileURLToPath(new URL('../../../python', import.meta.url));
/** What a notebook may import, and what works for it in its kernel. */
const FOLDERS = ['script_runner', 'link', 'script_runner_kernel/table', 'script_runner_kernel/gateway'];
const FILES = ['script_runner_kernel/__init__.py', 'script_runner_kernel/program_end.py'];
/** Limits of the files of a run's connections. */
const LINK_FILES = 20;
const LINK_BYTES = 1_000_000;

const START = 'script_runner_kernel/gateway/start.py';
const call = (module: string, name: string, values: string) =>
  `__import__("script_runner_kernel.gateway.${module}", fromlist=["${name}"]).${name}(${values})`;

export const LISTING = call('file', 'listing', '');

/** Reads a piece of a file of the run's output folder. */
export function readExpression(path: string, start: number, sizeBytes: number): string {
  const name = Buffer.from(path).toString('base64');
  const decoded = `__import__("base64").b64decode("${name}").decode("utf-8", "surrogatepass")`;
  return call('file', 'read', `${decoded}, ${start}, ${sizeBytes}`);
}

/** Appends the pieces to their files, whose paths are absolute or below the folder of the files beside the script. */
export function receiveExpression(pieces: readonly FilePiece[]): string {
  const sent = pieces.map(({ path, mode, bytes }) => [path, mode ?? null, Buffer.from(bytes).toString('base64')]);
  const packed = deflateSync(JSON.stringify(sent)).toString('base64');
  return call('file', 'receive', `"${packed}"`);
}

let modules: Promise<Readonly<Record<string, string>>> | undefined;

/** By path below `python/`. They are read once. */
function readModules(): Promise<Readonly<Record<string, string>>> {
  return (modules ??= (async () => {
    const found = await Promise.all(
      FOLDERS.map(async (folder) =>
        (await readdir(join(PYTHON, folder))).filter((name) => name.endsWith('.py')).map((name) => `${folder}/${name}`),
      ),
    );
    const paths = [...found.flat(), ...FILES];
    return Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, await readFile(join(PYTHON, path), 'utf8')] as const)),
    );
  })());
}

/** Evaluated after the last cell, for its outputs. */
export const END_PROGRAM = call('start', 'end_program', '');

/**
 * One expression that prepares the kernel: folders, modules, variables and values. The values are data in it, packed,
 * so that neither history nor logs of requests show them as text. Throws if the files of the connections cannot be
 * read.
 */
export async function startExpression(
  request: KernelRequest,
  timezone: string | undefined,
  folder = '',
): Promise<string> {
  const sent = await readModules();
  const [link = ''] = request.readablePaths ?? [];
  const order = {
    program: sent[START],
    modules: sent,
    files: await readLinks(link),
    link,
    folder,
    uploads: request.uploads?.place ?? '',
    params: JSON.stringify(request.params),
    environment: {
      ...request.environment,
      ...(timezone === undefined ? {} : { TZ: timezone }),
      SCRIPT_RUNNER_RUN_ID: request.runId,
    },
    keeps_tables: request.environment['SCRIPT_RUNNER_TABLES'] !== undefined,
  };
  const packed = deflateSync(JSON.stringify(order)).toString('base64');
  const unpacked = `__import__("json").loads(__import__("zlib").decompress(__import__("base64").b64decode("${packed}")))`;
  return `(lambda order, scope: (exec(order["program"], scope), scope["start"](order))[1])(${unpacked}, {"__name__": "script_runner_start"})`;
}

/** The configuration of the connections. */
async function readLinks(folder: string): Promise<Record<string, string>> {
  if (folder === '') return {};
  const names = (await readdir(folder).catch(() => [])).slice(0, LINK_FILES);
  const files = await Promise.all(
    names.map(async (name) => [basename(name), await readFile(join(folder, name), 'utf8')] as const),
  );
  return Object.fromEntries(files.filter(([, text]) => text.length <= LINK_BYTES));
}
