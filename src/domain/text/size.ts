/** Sizes as settings spell them: `500KB`, `2GB`. */
export const SIZE = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|TB)$/;
const BYTES = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** Bytes of a text that matches `SIZE`; K is 1000, as in pages and messages. */
export function sizeBytes(value: string): number {
  const [, amount, unit] = SIZE.exec(value) ?? [];
  return Math.round(Number(amount) * BYTES[unit as keyof typeof BYTES]);
}
