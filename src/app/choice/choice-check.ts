/** Whether the values of a run are among the choices that hold for its other values. */
import type { FieldProblem } from '../../domain/error.ts';
import { AppError } from '../../domain/error.ts';
import { type Choice, choiceNames, chosenTexts } from '../../domain/parameter/choice.ts';
import { labelOf } from '../../domain/parameter/form.ts';
import type { CheckedValues } from '../../domain/parameter/parameter-check.ts';
import { visibilities } from '../../domain/parameter/parameter-dependency.ts';
import { hiddenNames } from '../../domain/parameter/parameter-visible.ts';
import { ChoiceError } from '../../domain/script/choice-source.ts';
import type { ScriptContent } from '../../domain/script/script.ts';
import { type ChoiceContext, findChoice, loadChoices, notChoices, QUOTED } from './choice-list.ts';

/**
 * Defaults are checked, too: the choices for the other values may lack them, and then one must be given. While the
 * choices cannot be read, nothing is accepted. Throws `invalid` with every wrong field.
 */
export async function checkChoices(
  ctx: Pick<ChoiceContext, 'choices'>,
  content: ScriptContent,
  { given, values }: CheckedValues,
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
      if (wrong.length > 0) {
        const what = notChoices(wrong, schema.properties[name] ?? {});
        fields.push({ field: name, message: wrongText(what, choices, Object.hasOwn(given, name)) });
      }
    } catch (error) {
      if (!(error instanceof ChoiceError)) throw error;
      const message = `The value cannot be checked now. ${error.message}`;
      fields.push({ field: name, message });
    }
  }
  if (fields.length === 0) return;
  const shown = fields.map(({ field }) => schema.properties[field]?.title ?? labelOf(field)).join(', ');
  const again = fields.some(({ field }) => Object.hasOwn(given, field)) ? 'Choose again' : 'Choose a value';
  throw new AppError('invalid', `${again}: ${shown}.`, { fields });
}

function wrongText(what: string, choices: readonly Choice[], isGiven: boolean): string {
  const begin = `${isGiven ? '' : 'The default '}${what}`;
  if (choices.length === 0) return `${begin}: there are none.`;
  const shown = choices.slice(0, QUOTED.texts).map(({ value }) => value.slice(0, QUOTED.chars));
  const more = choices.length > QUOTED.texts ? ` … (${choices.length} in all)` : '';
  return `${begin}: ${shown.join(', ')}${more}.${isGiven ? '' : ' Choose one.'}`;
}
