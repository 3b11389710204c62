/** What a script needs of the worker that executes it. */
import { defined } from '../../domain/defined.ts';
import type { Needs } from '../../domain/run/placement.ts';
import type { Script } from '../../domain/script/script.ts';

/**
 * A Python notebook whose kernel is missing runs in the worker's own Python, as it does on one machine. `packages`:
 * hash of what declares them.
 */
export function needsOf(
  {
    language,
    kernelName,
    options: { needs = [], memoryBytes },
  }: Pick<Script, 'language' | 'options'> & { readonly kernelName?: string | undefined },
  packages: string | undefined,
): Needs {
  const kernel = language === 'python' ? undefined : kernelName?.toLowerCase();
  return { language: language.toLowerCase(), tags: needs, ...defined({ kernel, memoryBytes, packages }) };
}
