/** Composes the sources of choices: files here, everything else in a kernel, of a worker if there are none here. */
import { type AskContext, createAskedChoices } from '../app/choice/choice-ask.ts';
import type { QuestionStore } from '../domain/run/choice-question.ts';
import type { ChoiceSource } from '../domain/script/choice-source.ts';
import { createCsvChoices } from '../files/choice-csv.ts';
import { type ChoiceKernelContext, createKernelChoices } from '../worker/choice-kernel.ts';

/** `workers`: whom to ask; undefined: this process has kernels. */
export function composeChoices(
  ctx: AskContext & ChoiceKernelContext,
  workers: QuestionStore | undefined,
): ChoiceSource {
  const csv = createCsvChoices();
  const others = workers === undefined ? createKernelChoices(ctx) : createAskedChoices(ctx, workers);
  return { list: (request) => ('csv' in request.rule ? csv : others).list(request) };
}
