/**
 * `npm run soak [rounds] [python]`: kills a server again and again; 100 rounds with played kernels unless told
 * otherwise.
 * `npm run soak -- --faults [runs] [--seed N] [--strict]`: runs with faults through one server; 2,000 unless told
 * otherwise. Ctrl-C ends
 * it after the round that goes on, with all checks.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { soakFaults } from './fault-soak.ts';
import { soak } from './soak.ts';

const { values, positionals } = parseArgs({
  options: { faults: { type: 'boolean' }, seed: { type: 'string' }, strict: { type: 'boolean' } },
  allowPositionals: true,
});
const folder = await mkdtemp(join(tmpdir(), 'soak-'));
try {
  await (values.faults === true ? faults() : kills());
} finally {
  await rm(folder, { recursive: true });
}

async function kills(): Promise<void> {
  const [rounds = '100', kernel = 'played'] = positionals;
  const onRound = (round: number, outcomes: object) => console.log(round, JSON.stringify(outcomes));
  console.log('at the end', JSON.stringify(await soak({ folder, rounds: Number(rounds), kernel, onRound })));
}

async function faults(): Promise<void> {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
  const [runs = '2000'] = positionals;
  const startMs = Date.now();
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  console.log(`${runs} runs with faults, seed ${seed}`);
  const { census, memory } = await soakFaults({
    folder,
    runs: Number(runs),
    seed,
    stop: stop.signal,
    strict: values.strict === true,
    say: console.log,
  });
  console.log(
    `all as expected after ${Math.round((Date.now() - startMs) / 1000)} s; before and after: ${JSON.stringify(census)}; server ${JSON.stringify(memory)}`,
  );
}
