/**
 * The notebook of five cells, from the click to its first computed output and to its end: ours, and those of the
 * products that show a notebook only when it has run.
 */
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { compared, type Finding } from './finding.ts';
import { clickRun, type Click, type RunClick } from './follow.ts';
import { inTurns, summary, timed, type Go, type Times } from './measure.ts';
import { fiveCells } from './notebook.ts';
import type { Peers } from './peer.ts';
import { startServer, waitUntilReady } from './server.ts';
import { until } from './until.ts';
import { startVoila, type Voila } from './voila.ts';

const ROWS = 1_000_000;
/** Time for our kernels to become ready again, and for Voilà to write down that its kernel is ready. */
const REST_MS = 2_000;

export const SIDES = ['ours', 'ahead', 'papermill', 'nbclient', 'nbconvert', 'cold', 'preheated', 'asked'] as const;
export type Side = (typeof SIDES)[number];

/** `sides`: those that take turns; ours is always one of them. */
export async function measureClick(
  folder: string,
  peers: Peers,
  rounds: number,
  sides: readonly Side[] = SIDES,
): Promise<Finding[]> {
  const has = (side: Side) => side === 'ours' || sides.includes(side);
  const cwd = join(folder, 'click');
  await mkdir(join(cwd, 'scripts'), { recursive: true });
  const notebook = join(cwd, 'scripts/five.ipynb');
  await writeFile(notebook, fiveCells());
  await writeFile(join(cwd, 'scripts/ahead.ipynb'), fiveCells({ isAhead: true }));
  const closing: (() => Promise<void>)[] = [];
  const opened = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const it = await opening;
    closing.push(() => it.close());
    return it;
  };
  try {
    const server = await opened(startServer(cwd, { data: join(folder, 'click-data'), python: peers.python, pool: 2 }));
    await waitUntilReady(server.url);
    if (has('ahead'))
      await until(
        'a snapshot',
        async () => (await clickRun(server.url, 'ahead', { rows: ROWS })).supply === 'snapshot',
      );
    const cold = has('cold') ? await opened(startVoila(peers, notebook, false)) : undefined;
    const preheated = has('preheated') ? await preheat(peers, cwd, 'preheated', opened) : undefined;
    const asked = has('asked') ? await preheat(peers, cwd, 'asked', opened) : undefined;
    let [round, last] = [0, undefined as RunClick | undefined];
    const rest = async () => {
      await Promise.all([preheated?.ready(), asked?.ready()]);
      await wait(REST_MS);
    };
    const clicks: Readonly<Record<Side, () => Promise<Click>>> = {
      ours: async () => {
        last = await clickRun(server.url, 'five', { rows: ROWS + ++round });
        return last;
      },
      ahead: async () => {
        const click = await clickRun(server.url, 'ahead', { rows: ROWS + ++round });
        if (click.supply !== 'snapshot')
          throw new Error(`A run was not served by the snapshot, but by ${click.supply}.`);
        return click;
      },
      papermill: () =>
        peers.click(
          [
            '-m',
            'papermill',
            notebook,
            'papermill.ipynb',
            '-p',
            'rows',
            String(ROWS + 1),
            '--log-output',
            '--no-progress-bar',
          ],
          cwd,
          String((ROWS + 1) * 7),
        ),
      nbclient: () => peers.click([join(import.meta.dirname, 'nbclient_run.py'), notebook], cwd, String(ROWS * 7)),
      nbconvert: () =>
        untilEnd(peers.time(['-m', 'nbconvert', '--execute', '--to', 'html', notebook, '--output', 'nbconvert'], cwd)),
      cold: () => cold!.click('', String(ROWS * 7)),
      preheated: () => preheated!.click('', String(ROWS * 7)),
      asked: () => asked!.click(`?rows=${ROWS + 1}`, String((ROWS + 1) * 7)),
    };
    const chosen = SIDES.filter(has).map((side) => [side, clicks[side]] as const);
    const { firsts, wholes } = await both(rounds, rest, new Map(chosen));
    const report = summary(
      await repeated(rounds * 3, () =>
        timed(async () => (await fetch(`${server.url}/runs/${last?.runId}/report`)).text()),
      ),
    );
    const page = 'a page computed before the click → its last byte';
    return [...findings(firsts, wholes), ...row(page, report, { name: 'Voilà preheated', times: wholes.preheated })];
  } finally {
    for (const close of closing) await close();
  }
}

/** None where one of the two was not measured. */
function row(
  what: string,
  ours: Times | undefined,
  peer: { readonly name: string; readonly times: Times | undefined },
  atLeast?: number,
): Finding[] {
  const { name, times } = peer;
  return ours === undefined || times === undefined ? [] : [compared(what, ours, { name, times }, atLeast)];
}

function findings(firsts: Taken, wholes: Taken): Finding[] {
  const first = 'click → first computed output, five cells with a value';
  const whole = 'click → the whole of these five cells';
  const shared = [
    ['papermill', 'papermill', 20],
    ['nbclient', 'nbclient', 20],
    ['nbconvert', 'nbconvert --execute (nothing before the end)', undefined],
    ['cold', 'Voilà, kernel cold', 5],
    ['asked', 'Voilà preheated, value from the address', 1],
  ] as const;
  const asked = 'Voilà preheated, value from the address';
  const preheated = 'Voilà preheated, all executed before the click, no value';
  return [
    ...shared.flatMap(([side, name, atLeast]) => row(first, firsts.ours, { name, times: firsts[side] }, atLeast)),
    ...row(`${first}, what comes before it run beforehand`, firsts.ahead, { name: asked, times: firsts.asked }, 1),
    ...row(first, firsts.ours, { name: preheated, times: firsts.preheated }, 1),
    ...shared.flatMap(([side, name]) => row(whole, wholes.ours, { name, times: wholes[side] })),
    ...row(`${whole}, what comes before the value run beforehand`, wholes.ahead, { name: asked, times: wholes.asked }),
  ];
}

/** By side; of those that were measured. */
type Taken = Readonly<Partial<Record<Side, Times>>>;

/**
 * Times to the first output and to the end. Each measurement begins when all sides are idle: a product that prepares
 * the next run uses the processors.
 */
async function both(
  rounds: number,
  rest: () => Promise<void>,
  sides: ReadonlyMap<Side, () => Promise<Click>>,
): Promise<{ firsts: Taken; wholes: Taken }> {
  const taken = new Map<Side, number[]>();
  const goes = [...sides].map(([side, click]): [Side, Go] => {
    taken.set(side, []);
    return [
      side,
      async () => {
        await rest();
        const { firstMs, wholeMs } = await click();
        taken.get(side)?.push(wholeMs);
        return firstMs;
      },
    ];
  });
  const firsts = await inTurns(rounds, Object.fromEntries(goes));
  return { firsts, wholes: Object.fromEntries([...taken].map(([side, all]) => [side, summary(all.slice(1))])) };
}

async function untilEnd(time: Promise<number>): Promise<Click> {
  const ms = await time;
  return { firstMs: ms, wholeMs: ms };
}

async function repeated(times: number, go: Go): Promise<number[]> {
  const all: number[] = [];
  for (let time = 0; time < times; time++) all.push(await go());
  return all;
}

interface Preheated extends Pick<Voila, 'click'> {
  /** Settles when a kernel is waiting. */
  ready(): Promise<void>;
}

/** Voilà's kernel writes a file when it is ready for a request. */
async function preheat(
  peers: Peers,
  cwd: string,
  name: 'preheated' | 'asked',
  opened: (opening: Promise<Voila>) => Promise<Voila>,
): Promise<Preheated> {
  const [notebook, mark] = [join(cwd, `${name}.ipynb`), join(cwd, `${name}.ready`)];
  const leave = `open(${JSON.stringify(mark)}, "w").close()`;
  const value = [
    'from urllib.parse import parse_qs',
    'from voila.utils import get_query_string',
    leave,
    'rows = int(parse_qs(get_query_string())["rows"][0])',
  ].join('\n');
  await writeFile(notebook, fiveCells(name === 'asked' ? { value } : { last: leave }));
  const voila = await opened(startVoila(peers, notebook, true));
  return {
    ready: () =>
      until('a kernel that Voilà has preheated', () =>
        access(mark).then(
          () => true,
          () => false,
        ),
      ),
    async click(query, text) {
      await rm(mark);
      return voila.click(query, text);
    },
  };
}
