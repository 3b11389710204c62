/** The built styles and scripts on disk, for self-contained reports. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const manifest = join(FOLDER, 'manifest.json');
  if (!existsSync(manifest))
    throw new AppError('unavailable', 'The styles of reports have not been built yet: npm run build');
  const files = JSON.parse(readFileSync(manifest, 'utf8')) as Readonly<Record<string, string>>;
  return {
    asset: (name) => `/${files[name] ?? name}`,
    bytes: (address) => {
      const path = join(FOLDER, address);
      return path.startsWith(FOLDER) && existsSync(path) ? readFileSync(path) : undefined;
    },
  };
}
