/** The notebooks of this folder, whose outputs real kernels and libraries made. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const NOTEBOOKS = join(import.meta.dirname, 'notebook');

/** Sorted. */
export function corpusNames(): string[] {
  return readdirSync(NOTEBOOKS)
    .map((file) => file.replace(/\.ipynb(\.gz)?$/, ''))
    .toSorted();
}

/** Large ones, which contain a library, are stored compressed. */
export function corpusText(name: string): string {
  const path = join(NOTEBOOKS, `${name}.ipynb`);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
  }
}

/** Writes notebooks as plain files into a folder. */
export async function unpackCorpus(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) await writeFile(join(folder, `${name}.ipynb`), corpusText(name));
}

/** What the notebook shows, and the versions that made it. */
export function corpusFacts(name: string): { readonly shows: string; readonly made_with: Record<string, string> } {
  return JSON.parse(corpusText(name)).metadata.fidelity;
}
