/** The repository of the settings, from which the scripts come. */
import { type GitAddress, readGitAddress } from '../domain/script/script-origin.ts';
import { durationMs } from '../domain/text/duration.ts';
import { sizeBytes } from '../domain/text/size.ts';
import type { Settings } from './setting.ts';

export interface SourceSettings {
  readonly address: GitAddress;
  readonly intervalMs: number;
  readonly limitBytes: number;
  /** Of webhooks; undefined: there are none. */
  readonly secret: string | undefined;
}

/** The repository is never asked more often. */
const LEAST_INTERVAL_MS = 1_000;

export function sourceOf(settings: Settings): SourceSettings | undefined {
  const address = readGitAddress(settings.source);
  if (address === undefined) return undefined;
  return Object.freeze({
    address,
    intervalMs: Math.max(durationMs(settings.source_interval), LEAST_INTERVAL_MS),
    limitBytes: sizeBytes(settings.source_limit),
    secret: settings.source_secret || undefined,
  });
}

export function isSource(text: string): boolean {
  return text === '' || readGitAddress(text) !== undefined;
}
