/** Choices from queries and functions in a process without kernels: it asks the workers, over the database. */
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../domain/error.ts';
import { defined } from '../../domain/defined.ts';
import type { Choice } from '../../domain/parameter/choice.ts';
import type { ChoiceAnswer, ChoiceQuestion, QuestionStore } from '../../domain/run/choice-question.ts';
import { ChoiceError, type ChoiceRequest, type ChoiceSource } from '../../domain/script/choice-source.ts';
import { environmentText } from '../../domain/script/script-environment.ts';
import type { AppContext } from '../context.ts';
import { createChoiceMemory } from './choice-memory.ts';
import { needsOf } from '../script/script-needs.ts';

/** A worker has 20 seconds for a list; before, it may be busy with others. */
const ASK_MS = 30_000;
/** In case a notification is lost. */
const LOOK_MS = 2_000;

export type AskContext = Pick<AppContext, 'blobs' | 'bundles' | 'environmentFor' | 'kernels' | 'now' | 'newId'>;

/** Only for rules that name a query or a function. Lists are kept as where they are read. */
export function createAskedChoices(ctx: AskContext, questions: QuestionStore): ChoiceSource {
  const memory = createChoiceMemory(ctx.now);
  return {
    list: (request) =>
      memory.list(request, async () => {
        try {
          return await ask(ctx, questions, request);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          throw new ChoiceError(`The choices cannot be read. ${error.message}`);
        }
      }),
  };
}

async function ask(ctx: AskContext, questions: QuestionStore, request: ChoiceRequest): Promise<readonly Choice[]> {
  if (!ctx.kernels.ready()) throw new ChoiceError('The choices cannot be read now: no worker is connected.');
  const { script } = request.content;
  const question = await storedQuestion(ctx, request);
  // a query is executed in the worker's own Python
  const needs = needsOf('query' in request.rule ? { ...script, language: 'python' } : script, question.packages);
  const id = ctx.newId();
  try {
    await questions.ask(id, question, needs, ASK_MS);
    const answer = await answerTo(questions, id);
    if ('choices' in answer) return answer.choices;
    throw new ChoiceError(answer.problem, answer.detail);
  } finally {
    await questions.forget(id);
  }
}

/** What the worker needs is stored, as for a run. */
async function storedQuestion(ctx: AskContext, { content, rule, inputs }: ChoiceRequest): Promise<ChoiceQuestion> {
  const { script, bytes, sidecar, directory, commit } = content;
  const field = Object.entries(script.schema.properties).find(([, schema]) => schema['x-choices'] === rule)?.[0] ?? '';
  const isFunction = 'function' in rule;
  const declared = isFunction ? ctx.environmentFor?.(script) : undefined;
  const [{ hash }, beside, packages, bundle] = await Promise.all([
    ctx.blobs.put(bytes),
    sidecar && ctx.blobs.put(sidecar.bytes),
    declared && ctx.blobs.put(Buffer.from(environmentText(declared))),
    isFunction
      ? ctx.bundles?.publish({ directory, file: script.file, ...defined({ further: script.options.files }) })
      : undefined,
  ]);
  return {
    script: script.name,
    revision: hash,
    field,
    inputs,
    ...(sidecar && beside ? { sidecar: { file: sidecar.file, hash: beside.hash } } : {}),
    ...defined({ commit, packages: packages?.hash, bundle: bundle?.hash }),
  };
}

/** Throws `ChoiceError` when nobody answers in time. */
async function answerTo(questions: QuestionStore, id: string): Promise<ChoiceAnswer> {
  const untilMs = performance.now() + ASK_MS;
  let isTaken = false;
  let notice = new AbortController();
  const stop = questions.onAnswered(id, () => notice.abort());
  try {
    while (performance.now() < untilMs) {
      notice = new AbortController();
      const found = await questions.look(id);
      if (found === undefined) break;
      if (found.answer !== undefined) return found.answer;
      ({ isTaken } = found);
      await wait(LOOK_MS, undefined, { signal: notice.signal }).catch(() => undefined);
    }
  } finally {
    stop();
  }
  const why = isTaken ? 'the worker that reads them does not answer' : 'no worker has begun to read them';
  throw new ChoiceError(`The choices cannot be read: within ${ASK_MS / 1_000} seconds, ${why}.`);
}
