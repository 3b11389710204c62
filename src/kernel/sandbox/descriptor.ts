/** Counts the open files and sockets of this process, if there is /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Descriptors } from '../../domain/descriptor.ts';

const UNKNOWN: Descriptors = { limit: Infinity, used: 0 };

export function countDescriptors(): Descriptors {
  try {
    const [, limit = ''] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return { limit: limit === 'unlimited' ? Infinity : Number(limit), used: readdirSync('/proc/self/fd').length };
  } catch (error) {
    // no descriptor is left for the check
    return (error as NodeJS.ErrnoException).code === 'EMFILE' ? { limit: 0, used: 0 } : UNKNOWN;
  }
}
