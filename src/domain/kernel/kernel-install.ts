/**
 * How to install the Jupyter kernel that a notebook asks for; pure. Source of the commands: each kernel's own
 * instructions.
 */
import type { ScriptProblem } from '../problem.ts';

/** By language; a Debian package if there is one. */
const LINES: Readonly<Record<string, string>> = {
  r: 'apt-get install r-cran-irkernel, or in R: install.packages("IRkernel"); IRkernel::installspec()',
  bash: 'pip install bash_kernel && python -m bash_kernel.install',
  typescript: 'npm install -g deno && deno jupyter --install',
  javascript: 'npm install -g deno && deno jupyter --install',
  julia: 'in Julia: using Pkg; Pkg.add("IJulia")',
  octave: 'apt-get install octave, and pip install octave_kernel',
  scala: 'https://almond.sh/docs/quick-start-install',
  rust: 'cargo install evcxr_jupyter && evcxr_jupyter --install',
  go: 'https://github.com/janpfeifer/gonb#readme',
  ruby: 'gem install iruby && iruby register --force',
};

/** The kernel that is asked for, how to install it, and the installed ones. */
export function missingKernelProblem(
  kernelName: string | undefined,
  language: string,
  installed: readonly string[],
): ScriptProblem {
  const what = `The notebook asks for the kernel "${kernelName ?? language}", which is not installed here.`;
  const line = Object.hasOwn(LINES, language)
    ? `To install it: ${LINES[language]}.`
    : 'Install it as its documentation says.';
  return { what, remedy: `${line} Or choose another kernel in Jupyter and save. Installed: ${installed.join(', ')}.` };
}
