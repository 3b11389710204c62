/**
 * `npm run soak [rounds] [python]`: kills a server again and again; by default 100 rounds with fake kernels.
 * `npm run soak -- --faults [runs] [--seed N] [--strict]`: runs with faults on one server; by default 2,000.
 * `npm run soak -- --hostile [names] [--minutes N] [--seed N]`: the hostile notebooks of test/hostile on one server,
 * each alone, then several at once; by default for an hour.
 * Ctrl-C ends the last two after the current round, with all checks. SIGTERM stops the server and ends at once.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { soakFaults } from './fault-soak.ts';
import { soakHostile } from './hostile-soak.ts';
import { soak } from './kill-soak.ts';
import { removeSoakFolder } from './soaked-server.ts';

const { values, positionals } = parseArgs({
  options: {
    faults: { type: 'boolean' },
    hostile: { type: 'boolean' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    strict: { type: 'boolean' },
  },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const folder = await mkdtemp(join(tmpdir(), 'soak-'));
const end = new AbortController();
process.once('SIGTERM', () => {
  end.abort(new Error('The soak was terminated.'));
});
try {
  await (values.faults === true ? faults() : values.hostile === true ? hostile() : kills());
} catch (error) {
  if (error !== end.signal.reason) throw error;
  console.error('terminated');
  process.exitCode = 143;
} finally {
  removeSoakFolder(folder);
}
// does not wait for what still waits for the server
if (end.signal.aborted) process.exit();

async function kills(): Promise<void> {
  const [rounds = '100', kernel = 'fake'] = positionals;
  const onRound = (round: number, outcomes: object) => console.log(round, JSON.stringify(outcomes));
  const outcomes = await soak({ folder, rounds: Number(rounds), kernel, end: end.signal, onRound });
  console.log('at the end', JSON.stringify(outcomes));
}

async function faults(): Promise<void> {
  const [runs = '2000'] = positionals;
  const startMs = Date.now();
  console.log(`${runs} runs with faults, seed ${seed}`);
  const { resources, memory } = await soakFaults({
    folder,
    runs: Number(runs),
    seed,
    stop: untilInterrupted(),
    end: end.signal,
    strict: values.strict === true,
    say: console.log,
  });
  console.log(
    `all as expected after ${Math.round((Date.now() - startMs) / 1000)} s; before and after: ${JSON.stringify(resources)}; server ${JSON.stringify(memory)}`,
  );
}

async function hostile(): Promise<void> {
  const { minutes = '60' } = values;
  const startMs = Date.now();
  console.log(`the hostile notebooks, for ${minutes} minutes after each has run alone, seed ${seed}`);
  const { runs, resources, slowestHealthMs, memory } = await soakHostile({
    folder,
    minutes: Number(minutes),
    seed,
    ...(positionals.length === 0 ? {} : { only: positionals }),
    stop: untilInterrupted(),
    end: end.signal,
    say: console.log,
  });
  console.log(
    `${runs} runs held in ${Math.round((Date.now() - startMs) / 1000)} s; the slowest answer of /healthz took ${Math.round(slowestHealthMs)} ms; before and after: ${JSON.stringify(resources)}; server ${JSON.stringify(memory)}`,
  );
}

/** Aborted by the first Ctrl-C; the second one ends the process. */
function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  return stop.signal;
}
