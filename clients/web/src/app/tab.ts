// The tab's icon with how many conversations are unread. The title is said by the components.

const size = 64;
let shown = -1;

/** Draws the number of unread conversations into the tab's icon. */
export function showTab(unread: number): void {
  const number = Math.min(unread, 100);
  if (number === shown) return;
  shown = number;
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (!icon) return;
  icon.dataset.unread = String(number);
  const picture = number === 0 ? undefined : draw(number);
  icon.type = picture ? 'image/png' : 'image/svg+xml';
  icon.href = picture ?? '/favicon.svg';
}

function draw(number: number): string | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  pen.fillStyle = '#6232dd';
  pen.beginPath();
  pen.roundRect(0, 0, size, size, 14);
  pen.fill();
  pen.fillStyle = '#ffffff';
  pen.font = `700 ${number > 9 ? 34 : 44}px 'Inter Variable', sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(number > 99 ? '99+' : String(number), size / 2, size / 2 + 3);
  return canvas.toDataURL('image/png');
}
