/** Modules that scripts of outputs import by the address of a library: ours in their place. */
import { libraryAt } from '../../render/library/library-address.ts';
import { importable } from './library.ts';

const IMPORT = /\b((?:from|import)\s*\(?\s*["'])((?:https?:)?\/\/[^"'\s]{1,500})(?=["'])/g;

/** The script with the addresses from which our libraries can be imported. */
export async function withOwnImports(script: string): Promise<string> {
  if (!script.includes('import')) return script;
  const own = new Map<string, string>();
  for (const [, , address = ''] of script.matchAll(IMPORT)) {
    const match = libraryAt(address);
    if (match.type === 'ours' && !own.has(address)) own.set(address, await importable(match.library));
  }
  if (own.size === 0) return script;
  return script.replace(IMPORT, (all, before: string, address: string) => {
    const ours = own.get(address);
    return ours === undefined ? all : before + ours;
  });
}
