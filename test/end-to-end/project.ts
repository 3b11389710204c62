/** Small project folders of a test's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes the files, by their paths, into a new folder. */
export function makeProject(files: Readonly<Record<string, string>>): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'product-project-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * A Python notebook; a source that begins with `# parameters` is the parameters cell, one that begins with `#` and a
 * blank is text.
 */
export function notebook(...sources: readonly string[]): string {
  const cells = sources.map((source, index) => {
    const parameters = source.startsWith('# parameters\n');
    if (/^# /.test(source) && !parameters) return { cell_type: 'markdown', id: `c${index}`, metadata: {}, source };
    return {
      cell_type: 'code',
      id: `c${index}`,
      metadata: parameters ? { tags: ['parameters'] } : {},
      source,
      outputs: [],
      execution_count: null,
    };
  });
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
    cells,
  });
}
