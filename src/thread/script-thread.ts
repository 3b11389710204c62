/** The thread that reads large notebooks. */
import { parentPort } from 'node:worker_threads';
import { defined } from '../domain/defined.ts';
import { parseScript } from '../files/script-parse.ts';
import { languages } from '../language/all.ts';
import { problemOf } from '../domain/problem.ts';
import { sentError } from './report-message.ts';
import { wholeBuffers } from './thread-calls.ts';
import type { ScriptAnswer, ScriptQuestion } from './script-message.ts';

const spoken = languages();

parentPort?.on('message', ({ name, source, sidecar }: ScriptQuestion) => {
  const send = (answer: Omit<ScriptAnswer, 'source'>) =>
    parentPort?.postMessage({ source, ...answer } satisfies ScriptAnswer, wholeBuffers(source));
  try {
    const { script, notebook } = parseScript(name, source, sidecar, spoken);
    const { findings, ...plain } = script;
    send({ parsed: { script: plain, notebook }, findings: findings?.() ?? [] });
  } catch (error) {
    const problem = problemOf(error);
    send({ error: { ...sentError(error), ...defined({ problem }) } });
  }
});
