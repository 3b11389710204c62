/** Where reports find their assets and files on this server. */
import type { ReportPlaces } from '../../app/report/report-service.ts';
import type { Urls } from '../../page/urls.ts';
import type { Assets } from '../asset.ts';

export function reportPlaces(assets: Assets, urls: Urls): ReportPlaces {
  return {
    rendering: (id) => ({
      asset: assets.url,
      artifact: (name) => urls.api.artifact(id, name),
      table: (name, format) => urls.api.table(id, name, format),
      file: (path) => urls.api.file(id, path),
      scriptPage: (name) => urls.script(name),
      text: (cell) => urls.api.text(id, cell),
    }),
    bytes: assets.bytes,
  };
}
