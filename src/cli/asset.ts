/** The built styles and scripts on disk, for self-contained reports. */
import { join } from 'node:path';
import { readAssetFolder } from '../disk/asset-manifest.ts';
import { AppError } from '../domain/error.ts';
import type { AssetName } from '../render/options.ts';

const FOLDER = join(import.meta.dirname, '../../dist/assets');

export interface AssetFiles {
  /** Address of an asset: its file name, after a slash. */
  readonly asset: (name: AssetName) => string;
  readonly bytes: (address: string) => Uint8Array | undefined;
}

/** Throws `unavailable` if nothing has been built. */
export function readAssetFiles(): AssetFiles {
  const { isBuilt, file, bytes } = readAssetFolder(FOLDER);
  if (!isBuilt) throw new AppError('unavailable', 'The styles of reports have not been built yet: npm run build');
  return { asset: (name) => `/${file(name)}`, bytes };
}
