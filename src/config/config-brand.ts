/** The part of the Config that says how pages and reports look. */
import { extname, join } from 'node:path';
import { plainFileReason, readPlainBytesSync } from '../disk/plain-file.ts';
import { defined } from '../domain/defined.ts';
import type { FieldProblem } from '../domain/error.ts';
import { colorProblem } from '../domain/report/brand-color.ts';
import { NO_BRAND, type Brand, type BrandFile } from '../domain/report/brand.ts';
import type { Settings } from './setting.ts';

const FONT = {
  field: 'brand_font',
  // it is in every report
  bytes: 400_000,
  what: 'a WOFF2, WOFF, TTF or OTF file',
  types: { '.woff2': 'font/woff2', '.woff': 'font/woff', '.ttf': 'font/ttf', '.otf': 'font/otf' },
} as const;
const LOGO = {
  field: 'brand_logo',
  bytes: 500_000,
  what: 'an SVG, PNG, WebP or JPEG file',
  types: { '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp', '.jpg': 'image/jpeg' },
} as const;

/** Adds a problem for each setting that cannot be used. `folder`: `public/static` of the project. */
export function readBrand(settings: Settings, folder: string, problems: FieldProblem[]): Brand {
  const { brand_name: name, brand_color: color, brand_footer: footer, contact, report_theme: theme } = settings;
  const unfit = color === '' ? undefined : colorProblem(color);
  if (unfit !== undefined) problems.push({ field: 'brand_color', message: `${color} ${unfit}.` });
  const logo = fileAt(join(folder, settings.brand_logo), settings.brand_logo, LOGO, problems);
  const font = fileAt(join(folder, settings.brand_font), settings.brand_font, FONT, problems);
  return {
    name: name === '' ? NO_BRAND.name : name,
    ...defined({ logo, font }),
    ...(color === '' ? {} : { color }),
    ...(footer === '' ? {} : { footer }),
    ...(contact === '' ? {} : { contact }),
    ...(theme === 'auto' ? {} : { theme: theme as NonNullable<Brand['theme']> }),
  };
}

function fileAt(
  path: string,
  given: string,
  { field, bytes: limit, what, types }: typeof FONT | typeof LOGO,
  problems: FieldProblem[],
): BrandFile | undefined {
  if (given === '') return undefined;
  const mime = (types as Readonly<Record<string, string>>)[extname(given).toLowerCase()];
  if (mime === undefined || given.startsWith('/') || given.split(/[/\\]/).includes('..')) {
    problems.push({ field, message: `must name ${what} in public/static, not ${given}.` });
    return undefined;
  }
  try {
    return { mime, base64: readPlainBytesSync(path, limit).toString('base64') };
  } catch (error) {
    problems.push({
      field,
      message: `names ${given} in public/static, which cannot be read: ${plainFileReason(error)}.`,
    });
    return undefined;
  }
}
