/** Light and dark: a report that follows the reader's system says so in the same way as one that was told. */

const dark = matchMedia('(prefers-color-scheme: dark)');
const { dataset } = document.documentElement;

/** Libraries look for these attributes; the report's own styles do, too. */
function apply(theme: string): void {
  dataset['theme'] = theme;
  document.body.dataset['jpThemeLight'] = String(theme !== 'dark');
}

/** `onChange`: the reader's system has changed. */
export function followSystem(onChange: () => void): void {
  apply(dataset['theme'] ?? (dark.matches ? 'dark' : 'light'));
  dark.addEventListener('change', () => {
    if (!('themeAuto' in dataset)) return;
    apply(dark.matches ? 'dark' : 'light');
    onChange();
  });
}

let onScreen: string | undefined;

/** Paper is white, for the styles of outputs, too. */
export function setPaper(isPaper: boolean): void {
  if (isPaper) {
    onScreen ??= dataset['theme'];
    apply('light');
  } else if (onScreen !== undefined) {
    apply(onScreen);
    onScreen = undefined;
  }
}

export function setTheme(theme: 'light' | 'dark'): void {
  // of the project or the notebook
  if ('look' in dataset) return;
  delete dataset['themeAuto'];
  apply(theme);
}
