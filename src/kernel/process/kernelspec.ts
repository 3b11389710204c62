/**
 * Finds installed kernels by the Jupyter paths. Source:
 * https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs,
 * https://docs.jupyter.org/en/latest/use/jupyter-directories.html
 */
import { readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPlainFile } from '../../disk/plain-file.ts';
import { isJsonObject } from '../../domain/text/json.ts';

/** Limit of a kernel.json. */
const SPEC_BYTES = 1_000_000;
const KERNEL_PROGRAM = fileURLToPath(new URL('../../../python/script_runner_kernel/kernel.py', import.meta.url));

export interface Kernelspec {
  /** Lower-case folder name. */
  readonly name: string;
  /** Absolute folder, for `{resource_dir}`. */
  readonly directory: string;
  /** With placeholders `{connection_file}`, `{resource_dir}`, `{prefix}`. */
  readonly argv: readonly string[];
  readonly displayName: string;
  /** Lower-case. */
  readonly language: string;
  readonly interruptMode: 'signal' | 'message';
  readonly env: Readonly<Record<string, string>>;
}

/** Data folders in Jupyter's order of precedence: JUPYTER_PATH, the user's, the Python environment's, the system's. */
export function jupyterDataDirectories(
  environment: Readonly<Record<string, string | undefined>>,
  python: string | undefined,
): string[] {
  const home = environment['HOME'];
  const user =
    process.platform === 'darwin'
      ? home && join(home, 'Library', 'Jupyter')
      : join(environment['XDG_DATA_HOME'] ?? join(home ?? '/', '.local', 'share'), 'jupyter');
  return [
    ...(environment['JUPYTER_PATH'] ?? '').split(delimiter),
    environment['JUPYTER_DATA_DIR'] ?? user ?? '',
    python === undefined ? '' : join(dirname(dirname(python)), 'share', 'jupyter'),
    '/usr/local/share/jupyter',
    '/usr/share/jupyter',
  ].filter((directory, index, all) => directory !== '' && all.indexOf(directory) === index);
}

/** All installed kernels by name; an earlier folder has precedence, an invalid spec is left out. Never throws. */
export async function findKernelspecs(dataDirectories: readonly string[]): Promise<Map<string, Kernelspec>> {
  const found = await Promise.all(dataDirectories.map((directory) => readFolder(join(directory, 'kernels'))));
  const specs = new Map<string, Kernelspec>();
  for (const spec of found.flat()) if (!specs.has(spec.name)) specs.set(spec.name, spec);
  return specs;
}

async function readFolder(folder: string): Promise<Kernelspec[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const specs = await Promise.all(
    names.map(async (name) => {
      const directory = join(folder, name);
      const file = await readPlainFile(join(directory, 'kernel.json'), SPEC_BYTES).catch(() => undefined);
      return parseKernelspec(name, directory, Buffer.from(file?.bytes ?? []).toString('utf8'));
    }),
  );
  return specs.filter((spec) => spec !== undefined);
}

/** Undefined if the text is not a usable kernel.json. */
export function parseKernelspec(name: string, directory: string, text: string): Kernelspec | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(content) || !Array.isArray(content['argv']) || content['argv'].length === 0) return undefined;
  const env = isJsonObject(content['env']) ? content['env'] : {};
  return {
    name: name.toLowerCase(),
    directory,
    argv: content['argv'].map(String),
    displayName: typeof content['display_name'] === 'string' ? content['display_name'] : name,
    language: typeof content['language'] === 'string' ? content['language'].toLowerCase() : '',
    interruptMode: content['interrupt_mode'] === 'message' ? 'message' : 'signal',
    env: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  };
}

/** The configured interpreter, started in our way: faster than its kernelspec. */
export function defaultPython(python: string): Kernelspec {
  return {
    name: 'python3',
    directory: '',
    displayName: 'Python 3',
    language: 'python',
    interruptMode: 'signal',
    env: {},
    argv: [python, KERNEL_PROGRAM, '-f', '{connection_file}'],
  };
}

/** Whether it is started in our way; by this interpreter, if one is given. */
export function isDefaultPython({ argv }: Kernelspec, python = argv[0]): boolean {
  return argv[1] === KERNEL_PROGRAM && argv[0] === python;
}

/** The command line with its placeholders replaced. */
export function kernelArgv(spec: Kernelspec, connectionFile: string): string[] {
  return spec.argv.map((part) =>
    part
      .replaceAll('{connection_file}', connectionFile)
      .replaceAll('{resource_dir}', spec.directory)
      .replaceAll('{prefix}', join(spec.directory, '../../../..')),
  );
}

/** Its `env` may refer to variables of the server as `${NAME}`. */
export function kernelspecEnvironment(
  spec: Kernelspec,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(spec.env).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+)\}/g, (whole, variable: string) => environment[variable] ?? whole),
    ]),
  );
}
