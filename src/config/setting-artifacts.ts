/** The settings for where the files of reports are stored. */
import Type from 'typebox';
import { flag, text } from './setting-kind.ts';

export const ARTIFACTS_SETTINGS = {
  artifacts: text(
    '',
    'where the files of reports are stored: a folder, or a bucket of an S3 server such as "s3://bucket/prefix"; default: in the data folder',
    'a folder, or a bucket such as "s3://bucket/prefix"',
  ),
  artifacts_endpoint: Type.String({
    default: '',
    pattern: '^(|https?://[^/@?#]+/?)$',
    description: 'address of an S3 server that is not Amazon’s',
    expected: 'an address such as "https://s3.example:9000"',
  }),
  artifacts_region: text('', 'region of the bucket; default: as for other programs of Amazon'),
  artifacts_path_style: flag(
    true,
    'whether the bucket is named in the path, as most S3 servers need it; only with artifacts_endpoint',
  ),
  artifacts_key: text(
    '',
    'access key of the S3 server, by a variable or its file only; default: as for other programs of Amazon',
  ),
  artifacts_secret: text('', 'secret of the access key, by a variable or its file only'),
};
