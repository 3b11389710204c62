/** Where the files of reports are stored: a folder, or a bucket of an S3 server. */
import { join, resolve } from 'node:path';
import type { BlobPlace } from '../domain/run/blob.ts';
import type { Settings } from './setting.ts';

const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+([\w!.*'()/-]*))?$/;

/** A path, or the address of a bucket; never another address. */
export function isArtifactsAddress(text: string): boolean {
  return !/^[a-z][a-z\d+.-]+:\/\//i.test(text) || BUCKET.test(text);
}

/** Of checked settings. `folder`: of the project; `data`: the data folder. */
export function artifactsPlace(settings: Settings, folder: string, data: string): BlobPlace {
  const { artifacts, artifacts_key: id, artifacts_secret: secret } = settings;
  const [, bucket, path = ''] = BUCKET.exec(artifacts) ?? [];
  if (bucket === undefined) {
    const usual = join(data, 'blobs');
    const named = artifacts === '' ? usual : resolve(folder, artifacts);
    return Object.freeze({ folder: named, isUsual: named === usual });
  }
  const parts = path.split('/').filter(Boolean);
  return Object.freeze({
    bucket,
    prefix: parts.map((part) => `${part}/`).join(''),
    shown: ['s3:/', bucket, ...parts].join('/'),
    endpoint: settings.artifacts_endpoint || undefined,
    region: settings.artifacts_region || undefined,
    pathStyle: settings.artifacts_path_style,
    key: id === '' ? undefined : Object.freeze({ id, secret }),
    temporary: join(data, 'uploads'),
  });
}
