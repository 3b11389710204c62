/** Large notebooks: what it costs the server to publish one, and the command line to render one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bounded, digits, type Finding } from './finding.ts';
import { notebookText, savedNotebook } from './notebook.ts';
import { answers, COMMAND, startServer, waitUntilReady } from './server.ts';
import { until } from './until.ts';

/** How a picture begins; what follows is not looked at. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAIAAADwf7zU', 'base64');
/** Of one picture of a large notebook. */
const PICTURE_BYTES = 2_500_000;
const PUBLISHED_MB = 100;
const RENDERED_MB = 100;
/** Time in which what came before is freed. */
const REST_MS = 3_000;
const MORE_MB = 300;

export async function measureLarge(folder: string, python: string): Promise<Finding[]> {
  const project = join(folder, 'large');
  await mkdir(join(project, 'scripts'), { recursive: true });
  await writeFile(join(project, 'scripts/small.ipynb'), savedNotebook());
  return [
    await published(project, { data: join(folder, 'large-data'), python, pool: 1 }),
    await rendered(folder, join(project, 'scripts/small.ipynb')),
  ];
}

/** As the pictures of a report without limits: they do not compress, and are no text that anybody reads. */
function largeNotebook(sizeMb: number): string {
  const picture = Buffer.concat([PNG, Buffer.alloc((PICTURE_BYTES * 3) / 4 - PNG.length, 'pixels')]).toString('base64');
  return notebookText(
    Array.from({ length: (sizeMb * 1e6) / PICTURE_BYTES }, (_, index) => ({
      code: `plot(${index})`,
      outputs: [{ output_type: 'display_data', metadata: {}, data: { 'image/png': picture, 'text/plain': 'plot' } }],
    })),
  );
}

async function published(project: string, options: Parameters<typeof startServer>[1]): Promise<Finding> {
  const server = await startServer(project, options);
  try {
    await waitUntilReady(server.url);
    await wait(REST_MS);
    const before = await highest(server.pid);
    let slowestMs = 0;
    let isOver = false;
    const watch = (async () => {
      while (!isOver) {
        const start = performance.now();
        await answers(`${server.url}/healthz`);
        slowestMs = Math.max(slowestMs, performance.now() - start);
        await wait(5);
      }
    })();
    await writeFile(join(project, 'scripts/large.ipynb'), largeNotebook(PUBLISHED_MB));
    await until('the page of the notebook', () => answers(`${server.url}/s/large`));
    isOver = true;
    await watch;
    return {
      ...bounded(
        `a notebook of ${PUBLISHED_MB} MB published: more memory of the server`,
        (await highest(server.pid)) - before,
        'MB',
        MORE_MB,
      ),
      peer: `slowest other answer meanwhile: ${digits(slowestMs)} ms`,
    };
  } finally {
    await server.close();
  }
}

async function rendered(folder: string, small: string): Promise<Finding> {
  const large = join(folder, 'large.ipynb');
  await writeFile(large, largeNotebook(RENDERED_MB));
  const more = (await highestOfRender(large, folder)) - (await highestOfRender(small, folder));
  return bounded(
    `a notebook of ${RENDERED_MB} MB rendered from the command line: more memory than a small one`,
    more,
    'MB',
    MORE_MB,
  );
}

/** Its own report of the most that it used, since nothing can be asked of a process that has ended. */
async function highestOfRender(notebook: string, folder: string): Promise<number> {
  const child = spawn(process.execPath, [COMMAND, 'render', notebook, '-o', join(folder, 'large.html')], {
    stdio: 'inherit',
  });
  let mb = 0;
  const ended = once(child, 'exit').then(() => true);
  while (!(await Promise.race([ended, wait(10, false)]))) mb = Math.max(mb, await highest(child.pid ?? 0));
  return mb;
}

/** The most memory in megabytes that a process has had at any time; 0 if it has ended. */
async function highest(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1024;
}
