/**
 * A server with a million reports moves from SQLite to PostgreSQL: how long that takes, in how much memory, and what is
 * left to do after an interruption. And the page of a script's usage on both engines, with that history.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { findPostgres, startPostgres } from '../test/connection/postgres.ts';
import { start, type Child } from './child.ts';
import { partOf, type Cluster } from './cluster.ts';
import { bounded, digits, type Finding } from './finding.ts';
import { fillEmbedded, RUNS } from './history.ts';
import { COMMAND } from './server.ts';
import { usage, useOnce, writeUsedScripts } from './usage.ts';

const FILE_BYTES = 1 << 20;
/** As many gigabytes as the disk has room for twice. */
const FILES = Math.round(Number(process.env['BENCH_MOVE_GB'] ?? 10) * 1024);
const MEMORY_MB = 500;
const LOOK_MS = 200;

export async function measureMove(folder: string, python: string): Promise<Finding[]> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  const project = join(folder, 'move');
  await writeUsedScripts(project);
  const postgres = await startPostgres(bin);
  try {
    const [from, to] = [join(folder, 'move-sqlite'), join(folder, 'move-postgres')];
    const cluster: Cluster = { project, data: to, python, database: await postgres.address() };
    // nothing is to be deleted meanwhile
    const shared = { ...partOf(cluster, 1), flags: [...partOf(cluster).flags, '--retain-bytes', '1000GB'] };
    const embedded = { ...shared, data: from, environment: {} };
    await useOnce(project, embedded);
    const files = await fill(from);
    const findings = [await usage('SQLite', project, embedded)];
    findings.push(...(await move(cluster, from, files)));
    return [...findings, await usage('PostgreSQL', project, shared)];
  } finally {
    await postgres.stop();
  }
}

/** Runs with their logs, and files, each of one run. Returns the number of rows of the logs. */
async function fill(folder: string): Promise<number> {
  fillEmbedded(folder, undefined, { deleted_at_ms: 'null' });
  const database = new Database(join(folder, 'runs.db'));
  try {
    database.exec(`insert into events (run_number, seq, at_ms, version, body)
      select number, seq, at_ms, version, body from runs cross join (select * from events) where number > 1`);
    const blob = database.prepare('insert into blobs (hash, size_bytes, owners) values (?, ?, 1)');
    const owner = database.prepare('insert into run_blobs (run_number, hash, size_bytes) values (?, ?, ?)');
    const bytes = randomBytes(FILE_BYTES);
    for (let index = 0; index < FILES; index++) {
      bytes.writeUInt32LE(index);
      const hash = createHash('sha256').update(bytes).digest('hex');
      const place = join(folder, 'blobs', hash.slice(0, 2));
      await mkdir(place, { recursive: true });
      await writeFile(join(place, hash.slice(2)), bytes);
      blob.run(hash, FILE_BYTES);
      owner.run(RUNS / 2 + index, hash, FILE_BYTES);
    }
    return database.prepare('select count(*) from events').pluck().get() as number;
  } finally {
    database.close();
  }
}

/** Once, ended by force when half of the logs has been copied, and continued. */
async function move({ project, data, database }: Cluster, from: string, events: number): Promise<Finding[]> {
  const go = () =>
    start(process.execPath, [COMMAND, 'migrate-store', project, '--data', from, '--to-data', data], {
      env: { ...process.env, SCRIPT_RUNNER_DATABASE: database },
    });
  const first = await watch(go(), (said) => {
    const [, done] = /Events: (\d+) of/.exec(said.split('\n').at(-2) ?? '') ?? [];
    return Number(done ?? 0) > events / 2;
  });
  if (first.code === 0) throw new Error('The move ended before it was interrupted.');
  const second = await watch(go(), () => false);
  if (second.code !== 0) throw new Error(`The move failed:\n${second.said}`);
  const what = `${RUNS} runs with ${events} events and ${FILES} files of 1 MB, from SQLite to PostgreSQL`;
  return [
    { what: `${what}: until it was killed, at half of the events`, ours: `${digits(first.ms / 1000)} s` },
    { what: 'the same: what was left, with the comparison of all', ours: `${digits(second.ms / 1000)} s` },
    bounded('the most memory of that process (VmHWM)', Math.max(first.peakMb, second.peakMb), 'MB', MEMORY_MB),
  ];
}

/** Kills the process once `isOver` is true of what it has said. */
async function watch(child: Child, isOver: (said: string) => boolean) {
  const beganMs = performance.now();
  let [said, peakMb] = ['', 0];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => {
      said += String(piece);
      console.error(`${digits((performance.now() - beganMs) / 1000)} s, ${digits(peakMb)} MB: ${String(piece).trim()}`);
      if (isOver(said)) child.kill('SIGKILL');
    });
  const measure = async () => {
    const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8').catch(() => '');
    peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  };
  const clock = setInterval(() => void measure(), LOOK_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(clock);
  return { code, said, peakMb, ms: performance.now() - beganMs };
}
