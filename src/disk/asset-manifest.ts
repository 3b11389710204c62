/** The built styles and scripts on disk, by the manifest that the build wrote. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const MANIFEST = 'manifest.json';

export interface AssetFolder {
  readonly isBuilt: boolean;
  /** The file of an asset (`app.css`, `frame.js`, …); a name that the build does not know keeps its name. */
  file(name: string): string;
  /** The bytes of the file at the end of an address; undefined where there are none. */
  bytes(address: string): Uint8Array | undefined;
}

export function readAssetFolder(directory: string): AssetFolder {
  const path = join(directory, MANIFEST);
  const isBuilt = existsSync(path);
  const files = isBuilt ? (JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>) : {};
  return {
    isBuilt,
    file: (name) => files[name] ?? name,
    bytes(address) {
      const file = join(directory, basename(address));
      return existsSync(file) ? readFileSync(file) : undefined;
    },
  };
}
