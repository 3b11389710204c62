/** The message for a reader whose run failed because a Python module is not installed. */
import type { Exception } from '../run/run.ts';

/** Modules whose package on PyPI has another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  Crypto: 'pycryptodome',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'pymupdf',
  git: 'gitpython',
  googleapiclient: 'google-api-python-client',
  jwt: 'pyjwt',
  lnk: 'link',
  magic: 'python-magic',
  MySQLdb: 'mysqlclient',
  OpenSSL: 'pyopenssl',
  osgeo: 'gdal',
  PIL: 'pillow',
  pptx: 'python-pptx',
  psycopg2: 'psycopg2-binary',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  slugify: 'python-slugify',
  umap: 'umap-learn',
  yaml: 'pyyaml',
  zmq: 'pyzmq',
};

/** Modules that no package provides: they exist only in a hosted notebook service, or share a name. */
const HOSTED: readonly { readonly names: RegExp; readonly advice: string }[] = [
  {
    names: /^google(\.colab.*)?$/,
    advice:
      'google.colab exists only in Google Colab: remove the lines that use it, and read files from the notebook’s ' +
      'folder. Other modules of google have packages of their own, such as google-cloud-storage.',
  },
  {
    names: /^kaggle_(secrets|datasets|web_client)\b/,
    advice: 'It exists only on Kaggle: remove the lines that use it, and make secrets inputs of the notebook.',
  },
  {
    names: /^(dbruntime|pyspark\.dbutils)\b/,
    advice: 'It exists only on Databricks: remove the lines that use it.',
  },
];

/** How Python and pandas report a missing module. */
const MISSING = [
  /^No module named ['"]([\w.]+)['"]/,
  /Missing optional dependency '([\w.]+)'/,
  /`Import ([\w.]+)` failed/,
  /requires (jinja2)\b/,
];
const KINDS = new Set(['ModuleNotFoundError', 'ImportError', 'AttributeError']);

/**
 * One sentence with the interpreter and the command that installs the missing module; undefined for any other
 * exception. `python` is the interpreter's absolute path; it is quoted for a POSIX shell if needed.
 */
export function moduleHint(exception: Exception, python: string): string | undefined {
  if (!KINDS.has(exception.name)) return undefined;
  const module = MISSING.map((pattern) => pattern.exec(exception.value)?.[1]).find((name) => name !== undefined);
  if (module === undefined) return undefined;
  const hosted = HOSTED.find(({ names }) => names.test(module));
  if (hosted !== undefined) return `${python} has no module “${module}”. ${hosted.advice}`;
  const top = module.split('.')[0] ?? module;
  const name = PACKAGES[top] ?? top.replaceAll('_', '-').toLowerCase();
  const advice = `${python} has no module “${module}”. Install it with: ${installCommand(python, name)}`;
  return exception.name === 'ModuleNotFoundError'
    ? `${advice}\nIf ${top} is your own file, put it into the notebook’s folder.`
    : advice;
}

/** Debian and its derivatives protect the system's Python against pip: there the package comes from apt. */
function installCommand(python: string, name: string): string {
  if (/^\/usr\/bin\/python3?(\.\d+)?$/.test(python))
    return `sudo apt-get install python3-${name.replace(/^python-/, '')}`;
  return `${/^[\w@%+=:,./-]+$/.test(python) ? python : `'${python.replaceAll("'", `'\\''`)}'`} -m pip install ${name}`;
}
