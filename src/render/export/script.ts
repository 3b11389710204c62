/** Self-contained scripts: modules with their imports inside, large libraries compressed. */
import { base64, dataAddress } from './base64.ts';
import { resolved, type Bytes } from './style.ts';

// Static imports as bundlers write them: `import{a as b}from"./c.js"`, `import"./c.js"`, `export*from"./c.js"`.
const IMPORT = /\b(from|import)\s*(["'])(\.{1,2}\/[^"']+)\2/g;

/** The module's source with each relative import as a `data:` address; undefined if a file is missing. */
export function aloneModule(address: string, bytes: Bytes): string | undefined {
  const source = bytes(address);
  if (source === undefined) return undefined;
  return new TextDecoder().decode(source).replace(IMPORT, (all, word: string, quote: string, path: string) => {
    const imported = aloneModule(resolved(path, address), bytes);
    return imported === undefined
      ? all
      : `${word}${quote}${dataAddress('text/javascript', new TextEncoder().encode(imported))}${quote}`;
  });
}

/** Gzip, base64: unpacked by `src/web/frame/library.ts`. */
export async function packedScript(bytes: Uint8Array): Promise<string> {
  const compressed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('gzip'));
  return base64(new Uint8Array(await new Response(compressed).arrayBuffer()));
}

/** For the text of a script element. */
export function scriptText(source: string): string {
  return source.replace(/<(?=\/script|!--)/gi, '\\x3C');
}
