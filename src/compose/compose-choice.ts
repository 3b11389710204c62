/** Composes the sources of choices: files here, everything else in a kernel. */
import type { ChoiceSource } from '../domain/script/choice-source.ts';
import { createCsvChoices } from '../files/choice-csv.ts';
import { type ChoiceKernelContext, createKernelChoices } from '../worker/choice-kernel.ts';

export function composeChoices(ctx: ChoiceKernelContext): ChoiceSource {
  const [csv, kernels] = [createCsvChoices(), createKernelChoices(ctx)];
  return { list: (request) => ('csv' in request.rule ? csv : kernels).list(request) };
}
