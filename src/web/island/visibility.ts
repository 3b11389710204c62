/** Inputs that are shown only while others have certain values. */
import type { Json } from '../../domain/text/json.ts';
import { hiddenNames, type Visibility, type VisibleWhen } from '../../domain/parameter/parameter-visible.ts';

export function startVisibility(): void {
  for (const type of ['input', 'change'] as const)
    document.addEventListener(type, (event) => {
      const form = (event.target as HTMLElement).closest<HTMLFormElement>('#inputs-form');
      if (form !== null) syncVisibility(form);
    });
}

/** Shows the inputs whose condition holds, and hides the others. */
export function syncVisibility(form: HTMLFormElement): void {
  const fields = [...form.querySelectorAll<HTMLElement>('[data-field]')];
  if (!fields.some((field) => 'when' in field.dataset)) return;
  const data = new FormData(form);
  const rules = new Map(fields.map((field): [string, Visibility] => [field.dataset['field'] ?? '', ruleOf(field)]));
  const hidden = hiddenNames(rules, (name) => {
    const texts = data.getAll(name).filter((value) => typeof value === 'string' && value !== '') as string[];
    return texts.length === 0 ? (rules.get(name)?.usual ?? null) : isList(fields, name) ? texts : (texts.at(-1) ?? '');
  });
  for (const field of fields) field.hidden = hidden.has(field.dataset['field'] ?? '');
}

function ruleOf({ dataset: { when = '', usual = '' } }: HTMLElement): Visibility {
  return {
    when: when === '' ? undefined : (JSON.parse(when) as VisibleWhen),
    usual: usual === '' ? null : (JSON.parse(usual) as Json),
  };
}

function isList(fields: readonly HTMLElement[], name: string): boolean {
  return fields.some((field) => field.dataset['field'] === name && field.matches('.field-multiselect'));
}
