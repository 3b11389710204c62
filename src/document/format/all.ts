/** Every format, in the order in which they are offered. */
import type { WrittenFormat } from './format.ts';
import { pdf } from './pdf.ts';

export const FORMATS: readonly WrittenFormat[] = [pdf];
