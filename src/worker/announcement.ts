/**
 * What notebooks announce through the `script_runner` module: bundles of a private MIME type, never shown as outputs.
 */
import type { Json } from '../domain/text/json.ts';
import { isJsonObject } from '../domain/text/json.ts';
import { LongJson } from '../domain/text/json-long.ts';
import type { DisplayData } from '../domain/kernel/kernel.ts';
import type { Exception } from '../domain/run/run.ts';
import { readTableAnnouncement, type TableAnnouncement } from './table-announcement.ts';

const ANNOUNCEMENT_MIME = 'application/vnd.script-runner+json';

/** Name of the exception that `script_runner.stop` raises. */
export const STOP_EXCEPTION = 'ScriptRunnerStop';

/** The texts of a Python exit code that means success: `sys.exit()`, `sys.exit(0)`, `exit()`. */
const GOOD_EXITS: readonly string[] = ['', '0', 'None', 'False'];

/** Whether the exception ends the run well. */
export function isStop({ name, value }: Exception): boolean {
  // R's kernel has one name for all errors
  if (name === 'ERROR') return value.trim() === `Error: ${STOP_EXCEPTION}`;
  return name === STOP_EXCEPTION || (name === 'SystemExit' && GOOD_EXITS.includes(value));
}

export type Announcement =
  | { readonly kind: 'progress'; readonly fraction: number; readonly text: string }
  | { readonly kind: 'result'; readonly name: string; readonly value: Json }
  | { readonly kind: 'download'; readonly file: string; readonly name: string }
  | { readonly kind: 'stop' }
  /** Of an input: values and labels. */
  | { readonly kind: 'choices'; readonly choices: readonly (readonly [string, string])[] }
  | TableAnnouncement
  /** Longer than the module ever makes them. */
  | { readonly kind: 'long' };

/** The announcement in a bundle; undefined if there is none or it has another shape. */
export function readAnnouncement(bundle: DisplayData): Announcement | undefined {
  const said = bundle[ANNOUNCEMENT_MIME];
  if (said instanceof LongJson) return { kind: 'long' };
  if (!isJsonObject(said)) return undefined;
  const { kind, fraction, text, name, value, file } = said;
  switch (kind) {
    case 'progress':
      if (typeof fraction !== 'number' || Number.isNaN(fraction)) return undefined;
      return {
        kind,
        fraction: Math.min(1, Math.max(0, fraction)),
        text: typeof text === 'string' ? text : '',
      };
    case 'result':
      return typeof name === 'string' && value !== undefined ? { kind, name, value } : undefined;
    case 'download':
      return typeof file === 'string' ? { kind, file, name: typeof name === 'string' ? name : file } : undefined;
    case 'choices':
      return { kind, choices: readPairs(said['choices']) };
    case 'stop':
      return { kind };
    case 'table':
      return readTableAnnouncement(said);
    default:
      return undefined;
  }
}

function readPairs(pairs: Json | undefined): readonly (readonly [string, string])[] {
  if (!Array.isArray(pairs)) return [];
  return (pairs as Json[]).flatMap((pair): [string, string][] => {
    const [value, label] = Array.isArray(pair) ? (pair as Json[]) : [];
    return typeof value === 'string' && value !== '' && typeof label === 'string' ? [[value, label]] : [];
  });
}
