/** Whether a report draws with WebGL, which browsers without a screen do in software. */

/** Traces of Plotly, whose templates name them too, and how other libraries name it. The report's own files do not. */
const WORDS = [
  ...['scatter3d', 'mesh3d', 'isosurface', 'streamtube', '"type":"surface"', '"type": "surface"'],
  ...['scattergl', 'scatterpolargl', 'splom', 'parcoords', '"output_backend":"webgl"', 'WebGL'],
];

/** A report that names it without drawing only takes a little longer. */
export function usesWebGl(html: Uint8Array): boolean {
  const bytes = Buffer.from(html.buffer, html.byteOffset, html.byteLength);
  return WORDS.some((word) => bytes.includes(word));
}
