/** Maps names of built assets (`app.css`, `frame.js`, …) to their addresses, by the manifest that the build wrote. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Address } from '../page/address.ts';

export interface Assets {
  /** Address of a built file; a name that is not in the manifest stays unchanged. */
  url(name: string): string;
  /** The bytes behind an address of this server; undefined if there are none. */
  bytes(address: string): Uint8Array | undefined;
}

export const MANIFEST = 'manifest.json';

export function readAssets(directory: string, address: Address): Assets {
  const path = join(directory, MANIFEST);
  const files = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>) : {};
  const bytes = (url: string) => {
    const file = join(directory, basename(url));
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  return { bytes, url: (name) => address.asset(files[name] ?? name) };
}
