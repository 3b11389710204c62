/** Which installed kernel serves a notebook. */
import { AppError } from '../domain/error.ts';
import type { KernelRequest } from '../domain/kernel.ts';
import { defaultPython, findKernelspecs, type Kernelspec } from './kernelspec.ts';

export const NO_PYTHON = 'No Python with ipykernel was found, so nothing can run. Run "script-runner doctor" to see what to install.';

/**
 * The configured Python stands for `python3`, and for Python notebooks whose kernelspec is not installed: they carry names of
 * virtual environments on their author's machine. Throws `invalid` and `unavailable` as the port says.
 */
export async function chooseKernelspec(request: KernelRequest, python: string | undefined, dataDirectories: readonly string[]): Promise<Kernelspec> {
  const wanted = request.kernelName?.toLowerCase();
  if (wanted === 'python3' || (wanted === undefined && request.language === 'python')) return standard(python);
  const specs = await findKernelspecs(dataDirectories);
  const spec = wanted === undefined ? [...specs.values()].find(({ language }) => language === request.language) : specs.get(wanted);
  if (spec !== undefined) return spec;
  if (request.language === 'python') return standard(python);
  const installed = [...new Set(['python3', ...specs.keys()])].join(', ');
  throw new AppError('invalid', `The notebook asks for the kernel "${request.kernelName ?? request.language}", which is not installed here. Install it, or choose another kernel in Jupyter and save. Installed: ${installed}.`);
}

function standard(python: string | undefined): Kernelspec {
  if (python === undefined) throw new AppError('unavailable', NO_PYTHON);
  return defaultPython(python);
}
