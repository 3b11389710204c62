/** Folders of notebooks for tests, removed after each. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder with the given files. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'script-runner-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

interface CellText {
  readonly markdown?: string;
  readonly raw?: string;
  readonly code?: string;
  readonly tags?: readonly string[];
}

/** The text of a notebook file. */
export function notebookText(cells: readonly CellText[], metadata: object = {}): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: cells.map(({ markdown, raw, code, tags = [] }, index) => ({
      cell_type: markdown !== undefined ? 'markdown' : raw !== undefined ? 'raw' : 'code',
      id: `id-${index}`,
      source: markdown ?? raw ?? code,
      metadata: { tags },
      ...(code === undefined ? {} : { outputs: [], execution_count: null }),
    })),
  });
}
