/** What a kernel says of itself in its `kernel_info_reply`. */
import type { JsonObject } from '../../domain/text/json.ts';

/** A kernel controls this text, and every list of runs contains it. */
const ENVIRONMENT_CHARS = 200;

/** `Python 3.11.7, ipython 9.7.0` */
export function describeEnvironment(info: JsonObject): string {
  const language = (info['language_info'] ?? {}) as JsonObject;
  const name = String(language['name'] ?? 'unknown');
  const text = `${name.charAt(0).toUpperCase()}${name.slice(1)} ${String(language['version'] ?? '')}, ${String(info['implementation'] ?? '')} ${String(info['implementation_version'] ?? '')}`;
  return text.slice(0, ENVIRONMENT_CHARS);
}
