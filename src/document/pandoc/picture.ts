/** Takes the pictures out of a document whose format refers to files. */

export interface Picture {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** As the HTML for converters writes them. */
const SOURCE = / src="data:image\/([a-z+]+)[^",]*?(;base64)?,([^"]*)"/g;
const EXTENSIONS: Readonly<Record<string, string>> = { 'svg+xml': 'svg', jpeg: 'jpg' };

/** Each picture once, with a path that is relative to the document. */
export function takePictures(html: string): { readonly html: string; readonly pictures: readonly Picture[] } {
  const known = new Map<string, Picture>();
  const replaced = html.replace(SOURCE, (all, type: string, base64: string | undefined, data: string) => {
    const picture = known.get(all) ?? {
      path: `report_files/picture-${String(known.size + 1)}.${EXTENSIONS[type] ?? type}`,
      bytes: Buffer.from(base64 === undefined ? percentDecoded(data) : data, base64 === undefined ? 'utf8' : 'base64'),
    };
    known.set(all, picture);
    return ` src="${picture.path}"`;
  });
  return { html: replaced, pictures: [...known.values()] };
}

function percentDecoded(data: string): string {
  const text = data.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
