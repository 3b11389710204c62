/** Copies a text, also one that is still to come. The clipboard API exists only in secure contexts. */
export async function writeClipboard(given: string | Promise<string>): Promise<void> {
  if (window.isSecureContext && given instanceof Promise && 'ClipboardItem' in window) {
    const blob = given.then((text) => new Blob([text], { type: 'text/plain' }));
    return navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
  }
  const text = await given;
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('not copied');
}
