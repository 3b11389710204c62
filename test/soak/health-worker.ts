/** Requests a server's health continuously, in a thread of its own: the computations of the soak do not delay it. */
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { HealthReport } from './health-watch.ts';

const EVERY_MS = 50;
/** An answer that takes longer counts as missing. */
const PATIENCE_MS = 60_000;

const { url } = workerData as { readonly url: string };
let report: HealthReport = empty();
let beganMs = performance.now();
let isAsking = false;
parentPort?.on('message', () => {
  const waitingMs = isAsking ? performance.now() - beganMs : 0;
  parentPort?.postMessage({ ...report, slowestMs: Math.max(report.slowestMs, waitingMs) });
  report = empty();
});

for (;;) {
  [beganMs, isAsking] = [performance.now(), true];
  const problem = await ask();
  isAsking = false;
  report = {
    answers: report.answers + 1,
    slowestMs: Math.max(report.slowestMs, performance.now() - beganMs),
    problems: problem === undefined ? report.problems : [...report.problems.slice(0, 9), problem],
  };
  await wait(EVERY_MS);
}

function empty(): HealthReport {
  return { answers: 0, slowestMs: 0, problems: [] };
}

/** Undefined for a successful answer; otherwise what came instead. */
function ask(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sent = request(url, { agent: false, timeout: PATIENCE_MS }, (reply) => {
      reply
        .resume()
        .on('error', fail)
        .on('end', () => {
          resolve(reply.statusCode === 200 ? undefined : `status ${reply.statusCode}`);
        });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${PATIENCE_MS} ms`))).on('error', fail);
    function fail(error: Error): void {
      resolve(error.message);
    }
    sent.end();
  });
}
