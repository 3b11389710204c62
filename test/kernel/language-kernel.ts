/**
 * Kernels of other languages for the tests: R and Deno, if `npm test` has found or installed them, each with its own
 * kernelspec.
 */
import { accessSync } from 'node:fs';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const SPECS = {
  R: {
    name: 'ir',
    language: 'R',
    argv: (program: string) => [program, '--slave', '-e', 'IRkernel::main()', '--args', '{connection_file}'],
    usual: '/usr/bin/R',
    also: '/usr/lib/R/site-library/IRkernel',
  },
  deno: {
    name: 'deno',
    language: 'typescript',
    argv: (program: string) => [program, 'jupyter', '--kernel', '--conn', '{connection_file}'],
    usual: undefined,
    also: undefined,
  },
} as const;

/** Path of the program, or undefined if this machine lacks it. */
export function languageProgram(name: keyof typeof SPECS): string | undefined {
  const { usual, also } = SPECS[name];
  const named = process.env[`SCRIPT_RUNNER_${name.toUpperCase()}`];
  if (named !== undefined || usual === undefined) return named;
  try {
    accessSync(usual);
    accessSync(also);
    return usual;
  } catch {
    return undefined;
  }
}

/**
 * A Jupyter data folder with the kernel, and the kernel's names in a notebook; removed when the test, or the tests of
 * `after`, end.
 */
export async function languageKernel(
  name: keyof typeof SPECS,
  after: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<{ dataDirectory: string; asked: { kernelName: string; language: string } }> {
  const { name: kernelName, language, argv } = SPECS[name];
  const dataDirectory = await mkdtemp(join(tmpdir(), 'kernel-test-spec-'));
  after(() => rm(dataDirectory, { recursive: true }));
  const folder = join(dataDirectory, 'kernels', kernelName);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'kernel.json'),
    JSON.stringify({ argv: argv(languageProgram(name) ?? ''), display_name: name, language }),
  );
  return { dataDirectory, asked: { kernelName, language: language.toLowerCase() } };
}
