/** Sizes as settings spell them: `500KB`, `2GB`. */
export const SIZE = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|TB)$/;
const BYTES = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** Bytes of a text that matches `SIZE`; K is 1000, as in pages and messages. */
export function sizeBytes(value: string): number {
  const [, amount, unit] = SIZE.exec(value) ?? [];
  return Math.round(Number(amount) * BYTES[unit as keyof typeof BYTES]);
}

/** `1536000` → `1.5 MB` (decimal units). */
export function sizeWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? Math.round(value * 10) / 10 : Math.round(value)} ${units[power]}`;
}
