// Draws the first page of a PDF. The reader is loaded when the first one is opened, its worker comes from our
// own origin, and it runs no code out of the file.

import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { lasting } from '../app/parts.ts';

/** Pixels of a page's width. */
const widthMax = 1200;

/** Draws page one of the file at `src` into `canvas`. Rejects when it is no PDF that can be read. */
export async function drawFirstPage(src: string | ArrayBuffer, canvas: HTMLCanvasElement): Promise<void> {
  const pdf = await lasting(() => import('pdfjs-dist'));
  pdf.GlobalWorkerOptions.workerSrc = workerUrl;
  const source = typeof src === 'string' ? { url: src } : { data: new Uint8Array(src) };
  const task = pdf.getDocument({ ...source, isEvalSupported: false, enableXfa: false });
  try {
    const page = await (await task.promise).getPage(1);
    const plain = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: Math.min(2, widthMax / plain.width) });
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    await page.render({ canvas, viewport }).promise;
  } finally {
    await task.destroy();
  }
}
