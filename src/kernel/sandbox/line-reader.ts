/** Lines of JSON from an untrusted process. */
import { isJsonObject, type JsonObject } from '../../domain/text/json.ts';
import { parseWellFormed } from '../../domain/text/json-parse.ts';
import { jsonMemory } from '../../domain/text/json-memory.ts';
import { DEPTH, isDeeper } from '../../domain/text/json-depth.ts';

/** Memory for the values of a line, beside its texts: they are built on the thread that answers everybody. */
const MEMORY_BYTES = 20_000_000;

/** Lines of JSON, bounded: a line that is too long, has too many values or is not JSON ends the reading. */
export function createLineReader(
  limitBytes: number,
  onLine: (line: JsonObject) => void,
  onNonsense: (why?: 'values') => void,
): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let bytes = 0;
  return (chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const text = Buffer.concat([...pieces, rest.subarray(0, end)]);
      pieces = [];
      bytes = 0;
      rest = rest.subarray(end + 1);
      if (jsonMemory(text, MEMORY_BYTES) >= MEMORY_BYTES) return onNonsense('values');
      const line = parse(text);
      if (line === undefined) return onNonsense();
      onLine(line);
    }
    pieces.push(rest);
    bytes += rest.length;
    if (bytes > limitBytes) onNonsense();
  };
}

function parse(line: Buffer): JsonObject | undefined {
  if (isDeeper(line, DEPTH)) return undefined;
  try {
    const value = parseWellFormed(line.toString());
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
