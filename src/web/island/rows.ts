/** Arrow keys move through the rows of the catalogue and the history, starting at the search field. */

export function startRows(): void {
  document.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const from = event.target as HTMLElement;
    const isSearch = from.matches('.search input');
    if (step === 0 || !(isSearch || from.matches('.row-title')) || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const rows = [...document.querySelectorAll<HTMLElement>('.row-title')].filter((row) => row.checkVisibility());
    const index = isSearch ? (step === 1 ? 0 : -1) : rows.indexOf(from) + step;
    event.preventDefault();
    if (index < 0) document.querySelector<HTMLElement>('.search input')?.focus();
    else rows[index]?.focus();
  });
}
