/** Programs that tests of documents use; undefined if missing: then the tests say `needs …` in their name and skip. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Pandoc as the Python package `pypandoc-binary` brings it. */
export function testPypandoc(): string | undefined {
  const folder = process.env['SCRIPT_RUNNER_PYPANDOC'];
  return folder === undefined ? undefined : existing(join(folder, 'pypandoc/files/pandoc'));
}

export function testPdfToText(): string | undefined {
  return existing(process.env['SCRIPT_RUNNER_PDFTOTEXT'] ?? '/usr/bin/pdftotext');
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
