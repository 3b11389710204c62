/** Rendering without start-up: our renderer in this process, nbconvert's in a process that has already rendered. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseNotebook } from '../src/domain/notebook/notebook-parse.ts';
import { renderDocument } from '../src/render/document.ts';
import { savedReport } from '../src/render/notebook.ts';
import { compared, type Finding } from './finding.ts';
import { inTurns, timed } from './measure.ts';
import { savedNotebook } from './notebook.ts';
import type { Peers } from './peer.ts';

export async function measureWarmRendering(folder: string, peers: Peers, rounds: number): Promise<Finding[]> {
  const cwd = join(folder, 'warm');
  await mkdir(cwd);
  const path = join(cwd, 'saved.ipynb');
  const text = savedNotebook();
  await writeFile(path, text);
  const nbconvert = spawn(peers.python, [join(import.meta.dirname, 'nbconvert_warm.py'), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface(nbconvert.stdout)[Symbol.asyncIterator]();
  const sides = await inTurns(rounds, {
    ours: () =>
      timed(async () =>
        renderDocument(savedReport(parseNotebook(text), { title: 'saved', showCode: true }), {
          blob: () => undefined,
          asset: (name) => name,
        }),
      ),
    nbconvert: async () => {
      nbconvert.stdin.write('\n');
      return Number((await answers.next()).value);
    },
  });
  nbconvert.stdin.end();
  await once(nbconvert, 'exit');
  return [
    compared('a saved 50-cell notebook to HTML, warm', sides.ours, { name: 'nbconvert', times: sides.nbconvert }, 20),
  ];
}
