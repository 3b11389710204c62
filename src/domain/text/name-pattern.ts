/** Patterns for names in settings: `*` matches any characters, including `/` and `.`. */
export function matchNames(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) =>
    pattern
      .normalize('NFC')
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*'),
  );
  return new RegExp(`^(?:${sources.join('|')})$`, 's');
}
