/** Files that people give to a run: bytes in the blob store, described by a value that is data and no more. */
import { MINUTE_MS } from '../milliseconds.ts';
import { isJsonObject, type Json } from '../text/json.ts';

/** One file as a parameter's value; its bytes are the blob of this hash. */
export interface FileValue {
  /** A plain file name, safe on every system; never a path. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  /** MIME type by content, and by the name where the content fits it. */
  readonly type: string;
}

export const UPLOAD_LIMITS = {
  /** Files of one run. */
  files: 100,
  /** Bytes of one part of a file that is sent in parts. */
  partBytes: 8_000_000,
  parts: 10_000,
  /** Of a name as it was sent. */
  nameChars: 1_000,
  /** First bytes that tell the type. */
  headBytes: 4_096,
} as const;

/**
 * How long bytes that were uploaded may be given to a run. Shorter than the time for which a sweep leaves bytes that no
 * report has.
 */
export const UPLOAD_VALID_MS = 30 * MINUTE_MS;

/** Undefined for anything else. */
export function readFileValue(value: Json | undefined): FileValue | undefined {
  if (!isJsonObject(value)) return undefined;
  const { name, sizeBytes, sha256, type } = value;
  return typeof name === 'string' &&
    typeof sizeBytes === 'number' &&
    typeof sha256 === 'string' &&
    typeof type === 'string'
    ? { name, sizeBytes, sha256, type }
    : undefined;
}

/** The files of a value: one, several, or none. */
export function fileValuesOf(value: Json | undefined): FileValue[] {
  return [value].flat().flatMap((each) => readFileValue(each as Json | undefined) ?? []);
}

/** The text by which somebody gives a file of an earlier run again. */
export function keptUpload(runId: string, { sha256 }: FileValue): string {
  return `run/${runId}/${sha256}`;
}

/** The reverse of `keptUpload`; undefined for any other text. */
export function readKeptUpload(text: string): { readonly runId: string; readonly sha256: string } | undefined {
  const [, runId, sha256] = /^run\/([\w-]{1,100})\/([0-9a-f]{64})$/.exec(text) ?? [];
  return runId === undefined || sha256 === undefined ? undefined : { runId, sha256 };
}
