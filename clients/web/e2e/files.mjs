// Files that stories send and phones hand in, each a real one of its kind: what is shown of it can be looked at.

/** A PDF of one page with a violet square on it. */
export function pdf() {
  const drawing = '0.48 0.25 0.95 rg 40 40 120 120 re f';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 4 0 R>>',
    `<</Length ${drawing.length}>>stream\n${drawing}\nendstream`,
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj${object}endobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const head = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  return Buffer.from(
    `${text}${head}${table}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`,
  );
}

/** A PDF of `bytes` bytes, most of which say nothing. */
export function largePdf(bytes) {
  const [head, rest] = [Buffer.from('%PDF-1.4\n%'), Buffer.from(`\n${pdf().subarray(9).toString()}`)];
  return Buffer.concat([head, Buffer.alloc(bytes - head.length - rest.length, 'x'), rest]);
}

/** A PNG that a browser painted. */
export async function picture(page, width = 320, height = 200) {
  const bytes = await page.evaluate(
    async ([width, height]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const paint = canvas.getContext('2d');
      paint.fillStyle = 'rebeccapurple';
      paint.fillRect(width / 8, height / 8, width / 2, height / 2);
      const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [width, height],
  );
  return Buffer.from(bytes);
}

/** A second of film, recorded by the browser that will play it. */
export async function film(page) {
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
    const paint = canvas.getContext('2d');
    const type = ['video/mp4;codecs=avc1.42E01E', 'video/mp4;codecs=vp9', 'video/mp4'].find((one) =>
      MediaRecorder.isTypeSupported(one),
    );
    if (!type) throw new Error('this browser records no MP4');
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: type });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((done) => {
      recorder.onstop = done;
    });
    recorder.start();
    for (let frame = 0; frame < 25; frame += 1) {
      paint.fillStyle = `hsl(${frame * 14} 80% 50%)`;
      paint.fillRect(0, 0, 160, 120);
      await new Promise((next) => setTimeout(next, 40));
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  return Buffer.from(bytes);
}
