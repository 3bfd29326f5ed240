// Files on their way up.

/** How a file is uploaded. */
export interface UploadOptions {
  /** Absent: the file's own name. */
  readonly name?: string;
  readonly mediaType?: string;
  /** Ends it; what was uploaded is given up. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
}
