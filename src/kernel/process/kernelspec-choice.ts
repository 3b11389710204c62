/** Decides which installed kernel runs a notebook. */
import { AppError } from '../../domain/error.ts';
import { missingKernelProblem } from '../../domain/kernel/kernel-install.ts';
import type { KernelChoice } from '../../domain/kernel/kernel.ts';
import { problemError, problemOf, type ScriptProblem } from '../../domain/problem.ts';
import { defaultPython, findKernelspecs, type Kernelspec } from './kernelspec.ts';

export const NO_PYTHON =
  'No Python with ipykernel was found, so nothing can run. Run "script-runner doctor" to see what to install.';

/**
 * The configured Python is used for `python3`, and for Python notebooks whose kernelspec is not installed: they carry
 * names of virtual environments on their author's machine. Throws `invalid` and `unavailable` as the port says.
 */
export async function chooseKernelspec(
  request: KernelChoice,
  python: string | undefined,
  dataDirectories: readonly string[],
): Promise<Kernelspec> {
  if (request.python !== undefined && request.language === 'python') return defaultPython(request.python);
  const wanted = request.kernelName?.toLowerCase();
  if (wanted === 'python3' || (wanted === undefined && request.language === 'python')) return standard(python);
  const specs = await findKernelspecs(dataDirectories);
  const spec =
    wanted === undefined
      ? [...specs.values()].find(({ language }) => language === request.language)
      : specs.get(wanted);
  if (spec !== undefined) return spec;
  if (request.language === 'python') return standard(python);
  throw problemError(
    missingKernelProblem(request.kernelName, request.language, [...new Set(['python3', ...specs.keys()])]),
  );
}

/** The languages in which notebooks can be executed, lower-case. */
export async function kernelLanguages(
  python: string | undefined,
  dataDirectories: readonly string[],
): Promise<readonly string[]> {
  const specs = [...(await findKernelspecs(dataDirectories)).values()].map(({ language }) => language);
  return [...new Set([...(python === undefined ? [] : ['python']), ...specs])].sort();
}

/** The names of kernels that notebooks can ask for, lower-case. */
export async function kernelNames(
  python: string | undefined,
  dataDirectories: readonly string[],
): Promise<readonly string[]> {
  const specs = await findKernelspecs(dataDirectories);
  return [...new Set([...(python === undefined ? [] : ['python3']), ...specs.keys()])].sort();
}

function standard(python: string | undefined): Kernelspec {
  if (python === undefined) throw new AppError('unavailable', NO_PYTHON);
  return defaultPython(python);
}

/**
 * Why the choice would fail because the kernel is missing, and the command that installs it; undefined if it is
 * installed.
 */
export async function missingKernel(
  choice: KernelChoice,
  dataDirectories: readonly string[],
): Promise<ScriptProblem | undefined> {
  if (choice.language === 'python') return undefined;
  return chooseKernelspec(choice, undefined, dataDirectories).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof AppError) return problemOf(error);
      throw error;
    },
  );
}
