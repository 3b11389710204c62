/** Programs that tests of documents use; undefined if missing: then the tests say `needs …` in their name and skip. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPython } from '../python.ts';

/** Pandoc as the Python package `pypandoc-binary` brings it. */
export function testPypandoc(): string | undefined {
  const folder = process.env['SCRIPT_RUNNER_PYPANDOC'];
  return folder === undefined ? undefined : existing(join(folder, 'pypandoc/files/pandoc'));
}

/** A Python that has these packages of folders, for code that asks a Python with `-I`. */
export function pythonWith(folder: string, packages: readonly string[]): string {
  const path = join(folder, 'python');
  writeFileSync(path, `#!/bin/sh\nshift\nPYTHONPATH=${packages.join(':')} exec ${testPython()} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

export function testPdfToText(): string | undefined {
  return existing(process.env['SCRIPT_RUNNER_PDFTOTEXT'] ?? '/usr/bin/pdftotext');
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
