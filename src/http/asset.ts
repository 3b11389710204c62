/** Maps names of built assets (`app.css`, `frame.js`, …) to their addresses. */
import { readAssetFolder } from '../disk/asset-manifest.ts';
import type { Urls } from '../page/urls.ts';

export interface Assets {
  /** Address of a built file; a name that is not in the manifest stays unchanged. */
  url(name: string): string;
  /** The bytes behind an address of this server; undefined if there are none. */
  bytes(address: string): Uint8Array | undefined;
}

export function readAssets(directory: string, urls: Urls): Assets {
  const folder = readAssetFolder(directory);
  return { bytes: folder.bytes, url: (name) => urls.asset(folder.file(name)) };
}
