// Where texts outlive a page: the browser's local storage, with the memory of this page behind it. Storage that
// is full or forbidden never loses a text; the page then only says that it alone holds it.

export interface Shelf {
  get(key: string): string | undefined;
  /** Whether the text outlives the page. */
  set(key: string, value: string): Kept;
  delete(key: string): void;
  keys(prefix: string): string[];
}

export type Kept = 'kept' | 'page_only';

/** Texts in memory: for tests, and for what the browser would not take. */
export class MemoryShelf implements Shelf {
  private readonly texts = new Map<string, string>();

  get(key: string): string | undefined {
    return this.texts.get(key);
  }

  set(key: string, value: string): Kept {
    this.texts.set(key, value);
    return 'page_only';
  }

  delete(key: string): void {
    this.texts.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.texts.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** Texts in the browser's storage, written at once so that a closing window loses nothing. */
export class BrowserShelf implements Shelf {
  private readonly behind = new MemoryShelf();

  constructor(private readonly storage: Storage | undefined) {}

  get(key: string): string | undefined {
    return this.behind.get(key) ?? this.attempt((storage) => storage.getItem(key)) ?? undefined;
  }

  set(key: string, value: string): Kept {
    const written = this.attempt((storage) => {
      storage.setItem(key, value);
      return true;
    });
    if (written) {
      this.behind.delete(key);
      return 'kept';
    }
    return this.behind.set(key, value);
  }

  delete(key: string): void {
    this.behind.delete(key);
    this.attempt((storage) => storage.removeItem(key));
  }

  keys(prefix: string): string[] {
    const stored = this.attempt((storage) =>
      Array.from({ length: storage.length }, (_, at) => storage.key(at)),
    );
    const own = (stored ?? []).filter((key): key is string => key?.startsWith(prefix) === true);
    return [...new Set([...own, ...this.behind.keys(prefix)])];
  }

  private attempt<T>(act: (storage: Storage) => T): T | undefined {
    try {
      return this.storage === undefined ? undefined : act(this.storage);
    } catch {
      return undefined;
    }
  }
}

/** The shelf of this browser; a browser that forbids storage leaves the memory of the page. */
export function browserShelf(): Shelf {
  try {
    return new BrowserShelf(globalThis.localStorage);
  } catch {
    return new BrowserShelf(undefined);
  }
}
