// The addresses of a server's doors, made from the one that an application gives.

/** Where a server's doors are. */
export interface Doors {
  /** The WebSocket. */
  readonly live: string;
  /** The start of every HTTP path. */
  readonly http: string;
}

/** The doors of a server at `http(s)://…` or `ws(s)://…`; a path before them is kept. Throws when it is no address. */
export function doorsOf(url: string): Doors {
  const base = new URL(url);
  const secure = base.protocol === 'https:' || base.protocol === 'wss:';
  if (!secure && base.protocol !== 'http:' && base.protocol !== 'ws:') {
    throw new TypeError(`'${url}' is no address of a server: it begins with https:// or http://`);
  }
  const path = base.pathname.replace(/\/v1\/live$/u, '').replace(/\/$/u, '');
  const rest = `://${base.host}${path}`;
  return { live: `${secure ? 'wss' : 'ws'}${rest}/v1/live`, http: `${secure ? 'https' : 'http'}${rest}` };
}
