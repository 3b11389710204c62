/** Caches the formatters of `Intl`, which are slow to create: a page of 200 rows uses 600. */

/** Locales and zones come from requests. */
const MOST_KEPT = 200;

const kept = new Map<string, unknown>();

export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return keptOr(['date', locale, options], () => new Intl.DateTimeFormat(locale, options));
}

export function numberFormat(locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return keptOr(['number', locale, options], () => new Intl.NumberFormat(locale, options));
}

/** `1536000` → `1.5 MB`, as the locale writes it; with the decimal units and the digits of `sizeWords`. */
export function bytesFormat(locale: string, bytes: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** step;
  const format = (unit: (typeof steps)[number], unitDisplay: 'long' | 'short') =>
    numberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay,
      maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
    }).format(value);
  if (step > 0) return format(steps[step] ?? 'byte', 'short');
  // there is no short form of “bytes”: “146 B” is “146 kB” without its k, in languages that write it so
  const thousands = format('kilobyte', 'short');
  return THOUSAND.test(thousands) ? thousands.replace(THOUSAND, '') : format('byte', 'long');
}

/** Latin and Cyrillic. */
const THOUSAND = /[kк](?=\p{L}\P{L}*$)/iu;

export function ageFormat(locale: string): Intl.RelativeTimeFormat {
  return keptOr(['age', locale], () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }));
}

function keptOr<Format>(what: readonly unknown[], make: () => Format): Format {
  const key = JSON.stringify(what);
  const known = kept.get(key) as Format | undefined;
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}
