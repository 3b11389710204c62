/** Names the parts of controls for screen readers: ipywidgets names only some of them. */

const FIELDS = 'input:not([type="hidden"]), select, textarea, [role="slider"], [contenteditable]';

/** Now and when parts are added: those of a box come later than the box. At most once per frame. */
export function keepNamed(root: Element): void {
  let isDue = false;
  const later = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      nameControls(root);
    });
  };
  nameControls(root);
  new MutationObserver(later).observe(root, { childList: true, subtree: true });
}

function nameControls(root: ParentNode): void {
  for (const field of root.querySelectorAll(FIELDS)) {
    const widget = field.closest('.jupyter-widgets, .widget-inline-hbox, .widget-inline-vbox');
    if (widget === null || isNamed(field)) continue;
    const label = widget.querySelector(':scope > .widget-label')?.textContent.trim() ?? '';
    field.setAttribute('aria-label', label || widget.getAttribute('title') || nameOf(widget));
  }
  for (const picture of root.querySelectorAll('img.widget-image:not([alt])'))
    picture.setAttribute('alt', picture.getAttribute('title') ?? 'picture');
  for (const button of root.querySelectorAll('button:empty, button:not([aria-label])')) {
    const said = button.textContent.trim() || button.getAttribute('title') || '';
    if (said === '') button.setAttribute('aria-label', iconName(button));
  }
}

function isNamed(field: Element): boolean {
  if ((field.getAttribute('aria-label') ?? '') !== '' || field.hasAttribute('aria-labelledby')) return true;
  const labels = (field as HTMLInputElement).labels;
  return labels !== undefined && labels !== null && [...labels].some((label) => label.textContent.trim() !== '');
}

/** `IntSlider` of `widget-slider`: better than nothing. */
function nameOf(widget: Element): string {
  const kind = [...widget.classList].find((name) => /^widget-(?!inline|label|readout|vbox|hbox)/.test(name));
  return (kind ?? 'widget').replace(/^widget-/, '').replaceAll('-', ' ');
}

function iconName(button: Element): string {
  const icon = button.querySelector('.fa')?.className ?? button.className;
  return (/\bfa-([\w-]+)/.exec(icon)?.[1] ?? 'button').replaceAll('-', ' ');
}
