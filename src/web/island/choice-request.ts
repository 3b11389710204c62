/** Asks the server for choices, with the values that the form has. */

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface Answer {
  readonly choices: readonly Choice[];
  readonly total: number;
  readonly next: number | null;
  readonly chosen: readonly Choice[];
  readonly required: boolean;
  readonly notice?: string;
  readonly problem?: string;
}

export interface Wanted {
  readonly field?: string;
  /** Only these inputs; absent, with `field`: all. */
  readonly fields?: readonly string[];
  readonly search?: string;
  readonly offset?: number;
}

/** By input. Rejects if the server cannot be reached, or refuses; also when `signal` aborts. */
export async function requestChoices(
  form: HTMLFormElement,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Answer>>> {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const response = await fetch(form.dataset['choices'] ?? '', {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ parameters: formTexts(form), timezone, ...wanted }),
  });
  if (!response.ok) throw new Error(String(response.status));
  return ((await response.json()) as { fields: Record<string, Answer> }).fields;
}

/** The texts that the form would send, by input. Passwords and files decide about no choices, and stay here. */
export function formTexts(form: HTMLFormElement): Record<string, string | string[]> {
  const data = new FormData(form);
  const fields = [...form.querySelectorAll<HTMLElement>('[data-field]:not(.field-password, .field-file)')];
  return Object.fromEntries(
    fields.flatMap(({ dataset }) => {
      const name = dataset['field'] ?? '';
      const texts = data.getAll(name).filter((value) => typeof value === 'string');
      return texts.length === 0 ? [] : [[name, texts.length === 1 ? (texts[0] ?? '') : texts]];
    }),
  );
}
