/** A worker answers the questions of processes without kernels: which choices there are. */
import { loadSubmitted } from '../app/script/script-submitted.ts';
import { AppError } from '../domain/error.ts';
import { canTake, type Offers } from '../domain/run/placement.ts';
import type { KernelSupplier } from '../domain/kernel/kernel.ts';
import type { ChoiceAnswer, ChoiceQuestion, QuestionStore, TakenQuestion } from '../domain/run/choice-question.ts';
import { ChoiceError, type ChoiceRequest } from '../domain/script/choice-source.ts';
import { defined } from '../domain/defined.ts';
import { builtPython, type ChoiceKernelContext, readChoices } from './choice-kernel.ts';
import type { RunContext } from './context.ts';
import { readDeclared } from './run-environment.ts';

/** As in a process that has kernels for its own pages. */
const AT_ONCE = 2;

export interface AnswerContext extends ChoiceKernelContext, Pick<RunContext, 'blobs' | 'bundles' | 'scripts' | 'log'> {
  readonly kernels: Pick<KernelSupplier, 'acquire' | 'whenReady'>;
}

export interface ChoiceAnswers {
  start(): void;
  /** What is not answered yet is left to others. */
  stop(): Promise<void>;
}

/** `offers`: what this worker can execute; undefined: everything. */
export function createChoiceAnswers(
  ctx: AnswerContext,
  questions: QuestionStore,
  offers: () => Promise<Offers | undefined>,
): ChoiceAnswers {
  const stopping = new AbortController();
  const active = new Set<Promise<void>>();
  let taking = Promise.resolve();
  let unsubscribe = () => {};

  async function takeAll(): Promise<void> {
    const own = await offers();
    while (active.size < AT_ONCE && !stopping.signal.aborted) {
      const taken = await questions.take(ctx.newId(), (needs) => own === undefined || canTake(own, needs));
      if (taken === undefined) return;
      const work = answer(taken).finally(() => {
        active.delete(work);
        look();
      });
      active.add(work);
    }
  }

  /** One after the other: a notification while it takes makes it look again. */
  function look(): void {
    if (stopping.signal.aborted) return;
    taking = taking.then(takeAll).catch((error: unknown) => {
      ctx.log.error({ error }, 'Questions for choices could not be read');
    });
  }

  async function answer({ id, question }: TakenQuestion): Promise<void> {
    try {
      const found = await findAnswer(ctx, id, question, stopping.signal);
      await (stopping.signal.aborted ? questions.giveBack(id) : questions.answer(id, found));
    } catch (error) {
      ctx.log.error({ error, script: question.script }, 'A question for choices could not be answered');
    }
  }

  return {
    start() {
      unsubscribe = questions.onAsked(look);
      void Promise.resolve(ctx.kernels.whenReady?.()).then(look);
    },
    async stop() {
      stopping.abort();
      unsubscribe();
      await taking;
      await Promise.all(active);
    },
  };
}

/** Never throws. */
async function findAnswer(
  ctx: AnswerContext,
  id: string,
  question: ChoiceQuestion,
  stopping: AbortSignal,
): Promise<ChoiceAnswer> {
  try {
    return { choices: await readChoices(ctx, await requestOf(ctx, id, question), stopping) };
  } catch (error) {
    if (error instanceof ChoiceError) return { problem: error.message, ...defined({ detail: error.detail }) };
    if (error instanceof AppError) return { problem: `The choices cannot be read. ${error.message}` };
    ctx.log.error({ error, script: question.script }, 'Reading choices failed inside the server');
    return { problem: 'The choices cannot be read: the server made a mistake.' };
  } finally {
    ctx.bundles?.release(id);
  }
}

/** The script's stored bytes say where the choices come from. */
async function requestOf(ctx: AnswerContext, id: string, question: ChoiceQuestion): Promise<ChoiceRequest> {
  const content = await loadSubmitted(ctx, question);
  const { script, directory } = content ?? {};
  const rule = script?.schema.properties[question.field]?.['x-choices'];
  if (content === undefined || script === undefined || directory === undefined || rule === undefined)
    throw new AppError('internal', 'The stored script is missing.');
  const place = { directory, file: script.file, ...defined({ further: script.options.files }) };
  const { bundle, packages } = question;
  const folder = bundle === undefined ? undefined : await ctx.bundles?.open(id, bundle, place);
  const declared = packages === undefined ? undefined : await readDeclared(ctx.blobs, packages);
  return {
    content: { ...content, directory: folder?.directory ?? directory },
    rule,
    inputs: question.inputs,
    place: { ...(declared === undefined ? {} : builtPython(ctx, declared)), ...defined({ root: folder?.root }) },
  };
}
