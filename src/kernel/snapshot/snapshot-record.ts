/** What a snapshot's process says, checked: it runs the author's code, so it may say anything. */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import type { KernelMessage, RecordedCell } from '../../domain/kernel/kernel.ts';
import { toKernelMessage } from '../protocol/output.ts';

/** A file of the project that the cells imported. */
export interface ProjectModule {
  readonly path: string;
  readonly modifiedNs: string;
  readonly sizeBytes: number;
}

export function readCell(said: JsonObject, ms: number): RecordedCell {
  const messages = list(said['messages']).flatMap((message): KernelMessage[] => {
    if (!isJsonObject(message) || !isJsonObject(message['content'])) return [];
    const read = toKernelMessage(String(message['type']), message['content']);
    return read === undefined ? [] : [read];
  });
  return {
    status: said['status'] === 'ok' ? 'ok' : 'error',
    messages,
    executionCount: Number(said['executionCount'] ?? 0),
    ms,
  };
}

export function readModules(said: JsonObject): ProjectModule[] {
  return list(said['modules']).flatMap((row) => {
    const [path, modifiedNs, sizeBytes] = list(row);
    return typeof path === 'string' ? [{ path, modifiedNs: String(modifiedNs), sizeBytes: Number(sizeBytes) }] : [];
  });
}

/** Lines of JSON, bounded: what is longer, or is none, ends the reading. */
export function createLineReader(
  limitBytes: number,
  onLine: (said: JsonObject) => void,
  onNonsense: () => void,
): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let bytes = 0;
  return (chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const said = parse(Buffer.concat([...pieces, rest.subarray(0, end)]).toString());
      pieces = [];
      bytes = 0;
      rest = rest.subarray(end + 1);
      if (said === undefined) return onNonsense();
      onLine(said);
    }
    pieces.push(rest);
    bytes += rest.length;
    if (bytes > limitBytes) onNonsense();
  };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
