/** Sizes as settings spell them: `500KB`, `2GB`. */
export const SIZE = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|TB)$/;
const BYTES = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 } as const;

/** Bytes of a text that fits `SIZE`; K is 1024. */
export function sizeBytes(value: string): number {
  const [, amount, unit] = SIZE.exec(value) ?? [];
  return Math.round(Number(amount) * BYTES[unit as keyof typeof BYTES]);
}
