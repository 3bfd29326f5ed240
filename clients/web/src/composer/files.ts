// Which files can leave: read from their first bytes, not from their names, before a byte is uploaded. The
// server looks again; this only answers sooner.

export const fileBytesMax = 30_000_000;
export const filesAtOnceMax = 10;
export const accepted = 'application/pdf,image/jpeg,image/png,video/mp4,.pdf,.jpg,.jpeg,.png,.mp4';

export type MediaType = 'application/pdf' | 'image/jpeg' | 'image/png' | 'video/mp4';

export type Checked =
  | { kind: 'fits'; media_type: MediaType }
  | { kind: 'unsupported' }
  | { kind: 'too_large'; max: number }
  | { kind: 'empty' };

const headBytes = 1_024;

export async function check(file: Blob): Promise<Checked> {
  if (file.size === 0) return { kind: 'empty' };
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
  const media_type = sniff(head);
  if (media_type === undefined) return { kind: 'unsupported' };
  return file.size > fileBytesMax ? { kind: 'too_large', max: fileBytesMax } : { kind: 'fits', media_type };
}

export function sniff(head: Uint8Array): MediaType | undefined {
  if (begins(head, 0, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (begins(head, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (begins(head, 4, [0x66, 0x74, 0x79, 0x70])) return 'video/mp4';
  return begins(head, 0, [0x25, 0x50, 0x44, 0x46, 0x2d]) ? 'application/pdf' : undefined;
}

/** A pasted picture has no name worth sending. */
export function nameOf(file: Blob & { name?: string }, media_type: MediaType): string {
  const name = file.name?.trim() ?? '';
  const extension = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png', 'video/mp4': 'mp4' }[
    media_type
  ];
  return name === '' ? `image.${extension}` : name;
}

function begins(head: Uint8Array, at: number, bytes: number[]): boolean {
  return bytes.every((byte, place) => head[at + place] === byte);
}
