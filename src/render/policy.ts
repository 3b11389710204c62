/** The Content-Security-Policy of a report: whatever a notebook prints, it can reach nothing. */

/**
 * `assets` is the absolute address of the assets, with the final slash (`http://127.0.0.1:16024/assets/`): in a
 * sandboxed document `'self'` means nothing. `hosts` are origins from which reports may load pictures, sounds, styles,
 * fonts and scripts; scripts can never send requests. Sources: https://www.w3.org/TR/CSP3/, the HTML standard's
 * `sandbox` keywords.
 */
export function reportPolicy(assets: string, hosts: readonly string[] = []): string {
  return [
    // nothing else: links and downloads are requested from the page around, which knows whether the reader clicked
    'sandbox allow-scripts',
    ...sources([assets, ...hosts]),
    "frame-ancestors 'self'",
  ].join('; ');
}

/** As `reportPolicy`, but no script of an output runs; those of the assets do. */
export function stillPolicy(assets: string, hosts: readonly string[] = []): string {
  return reportPolicy(assets, hosts).replace(/script-src [^;]*/, `script-src ${assets}`);
}

/** For a report in a file: it contains everything except what it loads from `hosts`, and sends nothing. */
export function filePolicy(hosts: readonly string[] = []): string {
  return sources(hosts).join('; ');
}

/** For a report that a browser on this machine prints: its scripts may draw, and nothing is loaded. */
export function printedPolicy(): string {
  return ['sandbox allow-scripts', ...sources([])].join('; ');
}

function sources(addresses: readonly string[]): readonly string[] {
  const allowed = addresses.map((address) => ` ${address}`).join('');
  return [
    "default-src 'none'",
    `script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob: data:${allowed}`,
    // as scripts may write styles, they may also make one for a link
    `style-src 'unsafe-inline' blob:${allowed}`,
    `img-src data: blob:${allowed}`,
    `media-src data: blob:${allowed}`,
    `font-src data:${allowed}`,
    "connect-src 'none'",
    'worker-src blob:',
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
}
