/** How many outputs a second a reader follows live. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { digits } from './finding.ts';
import { follow } from './follow.ts';
import { summary } from './measure.ts';
import { notebookText } from './notebook.ts';
import { startServer, waitUntilReady } from './server.ts';

const OUTPUTS = 3_000;
const AIM = 1_000;

export async function measureOutputs(folder: string, python: string, rounds: number): Promise<Finding[]> {
  const project = join(folder, 'outputs');
  await mkdir(join(project, 'scripts'), { recursive: true });
  await writeFile(
    join(project, 'scripts/outputs.ipynb'),
    notebookText([
      {
        code: `from IPython.display import HTML, display\nfor n in range(${OUTPUTS}):\n    display(HTML(f"<p>output {n}</p>"))`,
      },
    ]),
  );
  const server = await startServer(project, { data: join(folder, 'outputs-data'), python, pool: 1 });
  try {
    await waitUntilReady(server.url);
    const all: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const rate = await displaysPerSecond(server.url);
      if (round > 0) all.push(rate);
    }
    const { medianMs: median } = summary(all);
    return [
      {
        what: `${OUTPUTS} outputs of one cell, each followed live: stored, rendered and sent`,
        ours: `${digits(median)} a second`,
        aim: `≥ ${AIM} a second`,
        met: median >= AIM,
      },
    ];
  } finally {
    await server.close();
  }
}

/** From the first output that arrives to the last. */
async function displaysPerSecond(url: string): Promise<number> {
  let [firstMs, lastMs, count] = [NaN, NaN, 0];
  for await (const { type } of follow(url, 'outputs')) {
    if (type !== 'output-added') continue;
    count++;
    lastMs = performance.now();
    if (Number.isNaN(firstMs)) firstMs = lastMs;
  }
  return ((count - 1) / (lastMs - firstMs)) * 1000;
}
