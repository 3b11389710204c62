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
