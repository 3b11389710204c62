/** `npm run soak [rounds] [python]`: kills a server again and again; 100 rounds with played kernels unless told otherwise. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soak } from './soak.ts';

const [rounds = '100', kernel = 'played'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'soak-'));
try {
  const onRound = (round: number, outcomes: object) => console.log(round, JSON.stringify(outcomes));
  console.log('at the end', JSON.stringify(await soak({ folder, rounds: Number(rounds), kernel, onRound })));
} finally {
  await rm(folder, { recursive: true });
}
