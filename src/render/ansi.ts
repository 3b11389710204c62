/** Terminal colours as HTML: classes for the sixteen named ones (they follow the theme), inline styles for the rest. */
import { AnsiUp } from 'ansi_up';
import { escapeHtml } from './html.ts';

export function ansiToHtml(text: string): string {
  if (!text.includes('\x1b')) return escapeHtml(text);
  const converter = new AnsiUp();
  converter.use_classes = true;
  converter.url_allowlist = {};
  return converter.ansi_to_html(text);
}
