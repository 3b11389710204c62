/** The class by which DataTables knows that a page is dark. */

const root = document.documentElement;
let isFollowing = false;

/** Now, and when the report's theme changes. */
export function followTheme(): void {
  const apply = () => void root.classList.toggle('dark', root.dataset['theme'] === 'dark');
  apply();
  if (isFollowing) return;
  isFollowing = true;
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
}
