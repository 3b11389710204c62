/** Whether the values of a run are among the choices that hold for its other values. */
import type { FieldProblem } from '../domain/error.ts';
import { AppError } from '../domain/error.ts';
import { type Choice, choiceNames, chosenTexts } from '../domain/parameter/choice.ts';
import { labelOf } from '../domain/parameter/form.ts';
import type { CheckedValues } from '../domain/parameter/parameter-check.ts';
import { visibilities } from '../domain/parameter/parameter-dependency.ts';
import { hiddenNames } from '../domain/parameter/parameter-visible.ts';
import { ChoiceError } from '../domain/script/choice-source.ts';
import type { ScriptContent } from '../domain/script/script.ts';
import { type ChoiceContext, findChoice, loadChoices } from './choice-list.ts';

const SHOWN = 12;
const QUOTED_CHARS = 80;

/**
 * Defaults are checked, too: the choices for the other values may lack them. While the choices cannot be read, nothing
 * is accepted. Throws `invalid` with every wrong field.
 */
export async function checkChoices(
  ctx: Pick<ChoiceContext, 'choices'>,
  content: ScriptContent,
  { values }: Pick<CheckedValues, 'values'>,
): Promise<void> {
  const { schema } = content.script;
  const names = choiceNames(schema);
  if (names.length === 0) return;
  const all = new Map(Object.entries(values));
  const hidden = hiddenNames(visibilities(schema.properties), (name) => all.get(name));
  const fields: FieldProblem[] = [];
  for (const name of names) {
    const texts = chosenTexts(all.get(name));
    if (hidden.has(name) || texts.length === 0) continue;
    try {
      const choices = await loadChoices(ctx, content, name, all);
      const wrong = texts.filter((text) => findChoice(choices, text, schema.properties[name] ?? {}) === undefined);
      if (wrong.length > 0) fields.push({ field: name, message: wrongText(wrong, choices) });
    } catch (error) {
      if (!(error instanceof ChoiceError)) throw error;
      const message = `The value cannot be checked now. ${error.message}`;
      fields.push({ field: name, message });
    }
  }
  if (fields.length === 0) return;
  const shown = fields.map(({ field }) => schema.properties[field]?.title ?? labelOf(field)).join(', ');
  throw new AppError('invalid', `Choose again: ${shown}.`, { fields });
}

function wrongText(wrong: readonly string[], choices: readonly Choice[]): string {
  const said = wrong.map((text) => `“${text.slice(0, QUOTED_CHARS)}”`);
  const named = said.slice(0, SHOWN).join(', ') + (said.length > SHOWN ? ', …' : '');
  const is = wrong.length === 1 ? 'is not one of the choices' : 'are not among the choices';
  if (choices.length === 0) return `${named} ${is}: there are none for the other values.`;
  const shown = choices.slice(0, SHOWN).map(({ value }) => value.slice(0, QUOTED_CHARS));
  const more = choices.length > SHOWN ? ` … (${choices.length} in all)` : '';
  return `${named} ${is} for the other values: ${shown.join(', ')}${more}.`;
}
