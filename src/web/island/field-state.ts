/** What a field says of itself when other inputs change: whether a run needs it, and what was wrong with it. */

/** As the server writes it: beside the label, and on the control. */
export function markRequired(field: HTMLElement, isRequired: boolean): void {
  const label = field.querySelector('label, legend');
  const mark = label?.querySelector('.required') ?? null;
  if (isRequired && label !== null && mark === null) {
    const own = Object.assign(document.createElement('span'), { className: 'required' });
    own.textContent = field.dataset['required'] ?? '';
    label.append(' ', own);
  } else if (!isRequired && mark !== null && mark.textContent === field.dataset['required']) {
    if (mark.previousSibling instanceof Text) mark.previousSibling.data = mark.previousSibling.data.trimEnd();
    mark.remove();
  }
  const select = field.querySelector('select');
  if (select !== null) select.required = isRequired;
  const combobox = field.querySelector('[role="combobox"]');
  if (combobox !== null && select !== null) combobox.ariaRequired = isRequired ? 'true' : null;
}

/** Of a field that is not shown any more: what was wrong does not hold for what is shown later. */
export function clearError(field: HTMLElement): void {
  if (!field.classList.contains('field-wrong')) return;
  field.classList.remove('field-wrong');
  for (const place of field.querySelectorAll('.error, .error-mark')) place.remove();
  for (const control of field.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  const form = field.closest('form');
  if (form?.querySelector('.field-wrong') === null) form.querySelector('.error-summary')?.remove();
}
