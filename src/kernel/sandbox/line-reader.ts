/** Lines of JSON from an untrusted process. */
import { isJsonObject, type JsonObject } from '../../domain/text/json.ts';
import { parseWellFormed } from '../../domain/text/json-parse.ts';
import { DEPTH, isDeeper } from '../../domain/text/json-depth.ts';

/** Lines of JSON, bounded: a line that is too long or not JSON ends the reading. */
export function createLineReader(
  limitBytes: number,
  onLine: (line: JsonObject) => void,
  onNonsense: () => void,
): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let bytes = 0;
  return (chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = parse(Buffer.concat([...pieces, rest.subarray(0, end)]));
      pieces = [];
      bytes = 0;
      rest = rest.subarray(end + 1);
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
