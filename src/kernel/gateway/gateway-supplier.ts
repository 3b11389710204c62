/** Supplies the kernels of a Jupyter server or gateway, which run elsewhere: nothing of this machine is shared. */
import { AppError } from '../../domain/error.ts';
import type { Kernel, KernelChoice, KernelSupplier } from '../../domain/kernel/kernel.ts';
import { defined } from '../../domain/defined.ts';
import { isJsonObject } from '../../domain/text/json.ts';
import { newPlace } from './gateway-folder.ts';
import { createGatewayHttp, notJupyter, type GatewayAddress, type GatewayHttp } from './gateway-http.ts';
import { deleteLeftKernels } from './gateway-left.ts';
import { createGatewayRecords, type RecordPlace } from './gateway-record.ts';
import { unsentWords } from './gateway-send.ts';
import { startGatewayKernel, type GatewayKernelOptions, type GatewaySpec } from './gateway-kernel.ts';

/** How often a gateway that does not answer is asked again, and one that does. */
const ASK_MS = 5_000;
const ASK_AGAIN_MS = 60_000;
/** Names in a message. */
const NAMES_SHOWN = 20;
const NO_UPLOADS =
  'Uploaded files cannot be given to a kernel of this language on a gateway. Run this script on a kernel of the server (the setting gateway_scripts), or leave the file out.';

export interface GatewayOptions extends Omit<GatewayKernelOptions, 'http' | 'startTimeoutMs' | 'records'> {
  readonly address: GatewayAddress;
  /** The settings that this machine cannot enforce there, by name. */
  readonly unenforced: readonly string[];
  readonly startTimeoutMs?: number;
  /** Where kernels are written down, so that those of a killed server are deleted; absent: nowhere. */
  readonly recordPlace?: RecordPlace;
  readonly onRecovered?: (kernelIds: readonly string[]) => void;
  /** Called when the gateway cannot be used, for another reason than before. */
  readonly onProblem?: (sentence: string) => void;
}

/** Never throws: a gateway that cannot be used becomes the supplier's `problem`, until it can. */
export function createGatewaySupplier(options: GatewayOptions): KernelSupplier {
  const { address } = options;
  const http = createGatewayHttp(address);
  const { recordPlace } = options;
  const records = recordPlace === undefined ? undefined : createGatewayRecords(address.url, recordPlace);
  const kernelOptions = {
    ...options,
    http,
    startTimeoutMs: options.startTimeoutMs ?? 120_000,
    ...defined({ records }),
  };
  const stopDeleting = deleteLeftKernels({ ...kernelOptions, ...defined({ onRecovered: options.onRecovered }) });
  const living = new Set<Kernel>();
  let answered = false;
  let problem: string | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const found = await readGatewaySpecs(http).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (found !== undefined && found !== problem) options.onProblem?.(found);
    problem = found;
    answered ||= problem === undefined;
    if (!isClosed) timer = setTimeout(() => void look(), problem === undefined ? ASK_AGAIN_MS : ASK_MS).unref();
  }
  const first = look();
  let hasLooked = false;
  void first.then(() => {
    hasLooked = true;
  });

  return {
    async acquire(request, signal) {
      const startMs = performance.now();
      const spec = await chooseSpec(http, request);
      const takesFiles = spec.language === 'python' || options.folderOf?.(spec.language) !== undefined;
      if (request.uploads !== undefined && !takesFiles) throw new AppError('unavailable', NO_UPLOADS);
      const { unsent, ...started } = await startGatewayKernel(kernelOptions, spec, request, signal);
      answered = true;
      const kernel: Kernel = {
        ...started,
        readyMs: Math.round(performance.now() - startMs),
        environment: `${started.environment}${substitution(request, spec)}, on the gateway ${address.shown}; ${unenforcedWords(options, spec)}${unsentWords(unsent)}`,
        ...(request.prefix === undefined
          ? {}
          : { withoutSnapshot: { reason: 'The kernels of a gateway cannot be snapshots.' } }),
      };
      living.add(kernel);
      void kernel.died.then(() => living.delete(kernel));
      return kernel;
    },
    // its value is in the first cell, so the path is known before there is a kernel; nobody can make the folder before
    uploadPlace: newPlace,
    whenReady: () => (hasLooked ? undefined : first),
    ready: () => answered,
    problem: () => problem,
    status: () => Promise.resolve({ running: living.size, waiting: 0, parents: [] }),
    describe: () => [{ label: 'Gateway', value: problem ?? address.shown }],
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await Promise.all([stopDeleting(), ...[...living].map((kernel) => kernel.kill())]);
    },
  };
}

/** What the gateway can start; the default first. Throws `unavailable`. */
export async function readGatewaySpecs(http: GatewayHttp): Promise<readonly GatewaySpec[]> {
  const said = await http.call('GET', 'kernelspecs');
  const specs = isJsonObject(said) ? said['kernelspecs'] : undefined;
  if (!isJsonObject(said) || !isJsonObject(specs)) throw notJupyter(http.address);
  const found = Object.entries(specs).map(([name, entry]) => {
    const spec = isJsonObject(entry) && isJsonObject(entry['spec']) ? entry['spec'] : {};
    return { name, language: String(spec['language'] ?? '').toLowerCase() };
  });
  return found.sort((a, b) => Number(b.name === said['default']) - Number(a.name === said['default']));
}

/** A Python notebook whose kernel the gateway does not have runs in its first one for Python, and says so. */
async function chooseSpec(http: GatewayHttp, { kernelName, language }: KernelChoice): Promise<GatewaySpec> {
  const specs = await readGatewaySpecs(http);
  const named = specs.find(({ name }) => name.toLowerCase() === kernelName?.toLowerCase());
  if (named !== undefined) return named;
  const spoken = specs.find((spec) => spec.language === language);
  if (spoken !== undefined && (kernelName === undefined || language === 'python')) return spoken;
  const names = specs.map(({ name }) => name).slice(0, NAMES_SHOWN);
  throw new AppError(
    'invalid',
    `The gateway ${http.address.shown} has no kernel ${kernelName ?? `for ${language}`}. It has: ${names.join(', ') || 'none'}.`,
  );
}

function substitution({ kernelName }: KernelChoice, { name }: GatewaySpec): string {
  if (kernelName === undefined || kernelName.toLowerCase() === name.toLowerCase()) return '';
  return ` (${name}, because it has no ${kernelName})`;
}

/** Said in the details of each run. */
function unenforcedWords({ unenforced, address }: GatewayOptions, { language }: GatewaySpec): string {
  const plain = address.isReadable ? ' The connection to it is not encrypted.' : '';
  const files =
    language === 'python' ? '' : ' Its downloads, password values and connections are not available: it is not Python.';
  return `Script Runner does not enforce there: ${unenforced.join(', ')}.${files}${plain}`;
}
