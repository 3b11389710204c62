/** The packages that contain modules of another name, of those that notebooks often import. */

const PACKAGES: Readonly<Record<string, string>> = {
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'PyMuPDF',
  jwt: 'PyJWT',
  MySQLdb: 'mysqlclient',
  PIL: 'pillow',
  pptx: 'python-pptx',
  psycopg2: 'psycopg2-binary',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  yaml: 'PyYAML',
};

/** What to install for a module; usually it has the same name. */
export function packageOf(module: string): string {
  return Object.hasOwn(PACKAGES, module) ? (PACKAGES[module] ?? module) : module;
}
