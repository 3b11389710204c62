/** Inputs that are shown only while others have certain values. */
import { clearError } from './field-state.ts';
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
    const texts = data.getAll(name).filter((value) => typeof value === 'string');
    const field = fields.find(({ dataset }) => dataset['field'] === name);
    return valueOf(texts, field) ?? rules.get(name)?.usual ?? null;
  });
  for (const field of fields) {
    const isHidden = hidden.has(field.dataset['field'] ?? '');
    if (isHidden && !field.hidden) clearError(field);
    field.hidden = isHidden;
  }
}

/** What the server reads from these texts; undefined: nothing is given. */
function valueOf(all: readonly string[], field: HTMLElement | undefined): Json | undefined {
  const texts = all.filter((text) => text !== '');
  if (texts.length === 0) return undefined;
  // half a range is no value, and not the usual one
  if (field?.matches('.field-range, .field-date-range') === true) return texts.length === all.length ? texts : '';
  if (field?.matches('.field-list') === true) return linesOf(texts.join('\n'));
  return field?.matches('.field-multiselect') === true ? texts : (texts.at(-1) ?? '');
}

function linesOf(text: string): string[] {
  const separator = text.includes('\n') ? '\n' : text.includes(';') ? ';' : ',';
  return text
    .split(separator)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function ruleOf({ dataset: { when = '', usual = '' } }: HTMLElement): Visibility {
  return {
    when: when === '' ? undefined : (JSON.parse(when) as VisibleWhen),
    usual: usual === '' ? null : (JSON.parse(usual) as Json),
  };
}
