/** The Content-Security-Policy under which a report is served: whatever a notebook prints, it can reach nothing. */

/**
 * `assets` is the absolute address under which assets lie, with the final slash (`http://127.0.0.1:16024/assets/`):
 * in a sandboxed document `'self'` means nothing. `hosts` are origins that reports may load pictures, styles, fonts and
 * scripts from. Sources: https://www.w3.org/TR/CSP3/, the HTML standard's `sandbox` keywords.
 */
export function reportPolicy(assets: string, hosts: readonly string[] = []): string {
  const allowed = hosts.length === 0 ? '' : ` ${hosts.join(' ')}`;
  return [
    'sandbox allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox',
    "default-src 'none'",
    `script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob: data: ${assets}${allowed}`,
    `style-src 'unsafe-inline' ${assets}${allowed}`,
    `img-src data: blob: ${assets}${allowed}`,
    'media-src data: blob:',
    `font-src data: ${assets}${allowed}`,
    "connect-src 'none'",
    'worker-src blob:',
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
}
