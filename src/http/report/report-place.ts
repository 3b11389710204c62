/** Where reports find their assets and files on this server. */
import type { ReportPlaces } from '../../app/report-service.ts';
import type { Address } from '../../page/address.ts';
import type { Assets } from '../asset.ts';

export function reportPlaces(assets: Assets, address: Address): ReportPlaces {
  return {
    rendering: (id) => ({
      asset: assets.url,
      artifact: (name) => address.api.artifact(id, name),
      file: (path) => address.api.file(id, path),
      scriptPage: (name) => address.script(name),
      text: (cell) => address.api.text(id, cell),
    }),
    bytes: assets.bytes,
  };
}
