/** Validates what a snapshot's process sends: it runs the author's code, so it may send anything. */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import type { KernelMessage, RecordedCell } from '../../domain/kernel/kernel.ts';
import { toKernelMessage } from '../protocol/output.ts';

/** A file of the project that the cells imported. */
export interface ProjectModule {
  readonly path: string;
  readonly modifiedNs: string;
  readonly sizeBytes: number;
}

export function readCell(reply: JsonObject, ms: number): RecordedCell {
  const messages = list(reply['messages']).flatMap((message): KernelMessage[] => {
    if (!isJsonObject(message) || !isJsonObject(message['content'])) return [];
    const read = toKernelMessage(String(message['type']), message['content']);
    return read === undefined ? [] : [read];
  });
  return {
    status: reply['status'] === 'ok' ? 'ok' : 'error',
    messages,
    executionCount: Number(reply['executionCount'] ?? 0),
    ms,
  };
}

export function readModules(reply: JsonObject): ProjectModule[] {
  return list(reply['modules']).flatMap((row) => {
    const [path, modifiedNs, sizeBytes] = list(row);
    return typeof path === 'string' ? [{ path, modifiedNs: String(modifiedNs), sizeBytes: Number(sizeBytes) }] : [];
  });
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
