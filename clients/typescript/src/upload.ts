// Files on their way up.

/** How a file is uploaded. */
export interface UploadOptions {
  /** Absent: the file's own name. */
  readonly name?: string;
  readonly media_type?: string;
  /** Ends it; what was uploaded is given up. */
  readonly signal?: AbortSignal;
  readonly on_progress?: (sent_bytes: number, total_bytes: number) => void;
}
