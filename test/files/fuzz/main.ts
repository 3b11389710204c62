/**
 * `npm run fuzz -- [--minutes N] [--seed N] [--only NAME]`: reads changed files for so long (10 minutes). Ends with the
 * smallest file that it finds, written below the folder for temporary files, when a reader throws or takes more than a
 * second of processor time.
 */
import fc from 'fast-check';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases, type FuzzCase } from './case.ts';
import { readFile } from './reader.ts';
import { realNotebooks, writtenSeeds } from './seed.ts';

const MOST_MS = 1000;
const ROUND = 200;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: `${Date.now() % 1e9}` },
    only: { type: 'string' },
  },
});
const endAt = Date.now() + Number(values.minutes) * 60_000;
const seeds = [...writtenSeeds(), ...realNotebooks(200_000)].filter(({ name }) => name.includes(values.only ?? ''));
const options = [
  { mostRepeats: 600, mostBytes: 200_000 },
  { mostRepeats: 200_000, mostBytes: 10_000_000 },
];
const readings: Record<string, number> = {};
let slowest = { name: '', ms: 0, bytes: 0 };
let failed: FuzzCase | undefined;
const failures: string[] = [];

function check(found: FuzzCase): boolean {
  const { file, bytes, beside } = found.written;
  const start = process.threadCpuUsage();
  const reading = readFile(file, bytes, beside);
  const { user, system } = process.threadCpuUsage(start);
  const ms = (user + system) / 1000;
  readings[reading] = (readings[reading] ?? 0) + 1;
  if (ms > slowest.ms) slowest = { name: found.name, ms, bytes: bytes.length };
  if (ms > MOST_MS) throw new Error(`${found.name}: ${bytes.length} bytes took ${Math.round(ms)} ms`);
  return true;
}

let seed = Number(values.seed);
for (; Date.now() < endAt; seed += 1) {
  const details = fc.check(fc.property(cases(seeds, options[seed % 2] as (typeof options)[0]), check), {
    numRuns: ROUND,
    endOnFailure: true,
    seed,
    interruptAfterTimeLimit: Math.max(1, endAt - Date.now()),
  });
  if (details.failed && details.counterexample !== null) {
    [failed] = details.counterexample;
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
    writeFileSync(join(folder, failed.written.file), failed.written.bytes);
    const { beside } = failed.written;
    if (beside !== undefined) writeFileSync(join(folder, beside.file), beside.bytes);
    const said = String((details.errorInstance as Error | undefined)?.stack ?? details.errorInstance);
    failures.push(`seed ${seed}, ${failed.name}, in ${folder}\n${said}`);
    console.error(failures.at(-1));
  }
}
console.log(JSON.stringify({ readings, slowest, lastSeed: seed }));
if (failures.length > 0) process.exitCode = 1;
