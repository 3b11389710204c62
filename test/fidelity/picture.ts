/** What is done with pictures, in a page of the browser: small grey pictures of cells, and two side by side. */
import type { Page } from 'playwright-core';
import type { CellMarks } from './mark.ts';

/** A picture of a cell is so many squares wide; each square is one hexadecimal digit, 0 is black. */
const SQUARES = 24;
const ROWS = 12;

/** For each cell its rows of squares, one after the other; empty for cells below the picture's end. */
export async function greySquares(helper: Page, png: Buffer, cells: readonly CellMarks[]): Promise<string[]> {
  return helper.evaluate(
    async ({ data, places, squares, rows }) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(squares, rows);
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      const found = [];
      for (const { topPx, heightPx } of places) {
        if (heightPx === 0 || topPx + heightPx > picture.height) {
          found.push('');
          continue;
        }
        // The quality of the browser's own reduction: in one step it would skip pixels
        const small = await createImageBitmap(picture, 0, topPx, picture.width, heightPx, {
          resizeWidth: squares,
          resizeHeight: rows,
          resizeQuality: 'high',
        });
        context.drawImage(small, 0, 0);
        const { data: pixels } = context.getImageData(0, 0, squares, rows);
        let text = '';
        for (let at = 0; at < pixels.length; at += 4) {
          const grey = ((pixels[at] ?? 0) * 3 + (pixels[at + 1] ?? 0) * 6 + (pixels[at + 2] ?? 0)) / 10;
          text += Math.round(grey / 17).toString(16);
        }
        found.push(text);
      }
      return found;
    },
    { data: png.toString('base64'), places: [...cells], squares: SQUARES, rows: ROWS },
  );
}

/** JupyterLab's picture on the left, ours on the right, as WebP. */
export async function sideBySide(helper: Page, left: Buffer, right: Buffer, widthPx: number): Promise<Buffer> {
  const base64 = await helper.evaluate(
    async ({ sides, width }) => {
      const gap = 16;
      const pictures = await Promise.all(
        sides.map(async (data) =>
          createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))])),
        ),
      );
      const each = (width - gap) / 2;
      const heights = pictures.map((picture) => (picture.height * each) / picture.width);
      const canvas = new OffscreenCanvas(width, Math.ceil(Math.max(...heights)));
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#bbb';
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.imageSmoothingQuality = 'high';
      for (const [index, picture] of pictures.entries())
        context.drawImage(picture, index * (each + gap), 0, each, heights[index] ?? 0);
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.7 });
      let text = '';
      for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
      return btoa(text);
    },
    { sides: [left.toString('base64'), right.toString('base64')], width: widthPx },
  );
  return Buffer.from(base64, 'base64');
}
