// How a request is carried: XMLHttpRequest in browsers, which tells progress, fetch elsewhere.

/** A request with a body of text or bytes. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Blob | null;
  readonly progress: ((sentBytes: number) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What was answered; `body` is the JSON in it, when there is some. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
  header(name: string): string | null;
}

/** Carries a request. Rejects when there is no answer. */
export type Carrier = (request: Request) => Promise<Answered>;

/** The one that tells most on this platform. */
export function carrierOf(): Carrier {
  return typeof XMLHttpRequest === 'function' ? byXhr : byFetch;
}

/** Bytes of a piece where only whole pieces tell progress. */
const PIECE_BYTES = 1 << 20;

const byXhr: Carrier = (request) =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const { signal, progress } = request;
    const abort = (): void => xhr.abort();
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    if (progress !== undefined) xhr.upload.onprogress = (event) => progress(event.loaded);
    xhr.onload = () =>
      resolve({
        status: xhr.status,
        body: json(xhr.responseText),
        header: (name) => xhr.getResponseHeader(name),
      });
    xhr.onerror = () => reject(new TypeError('the request failed'));
    xhr.onabort = () => reject(signal?.reason ?? new TypeError('the request was aborted'));
    xhr.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort);
    xhr.send(request.body);
  });

/** Sends at most one piece of a file: the next one is asked for by its offset. */
const byFetch: Carrier = async ({ method, url, headers, body, progress, signal }) => {
  const piece = body instanceof Blob ? body.slice(0, PIECE_BYTES) : body;
  const init: RequestInit = { method, headers, body: piece, credentials: 'same-origin' };
  const answer = await fetch(url, signal === undefined ? init : { ...init, signal });
  const text = await answer.text();
  if (piece instanceof Blob) progress?.(piece.size);
  return { status: answer.status, body: json(text), header: (name) => answer.headers.get(name) };
};

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
