// Why a request of the runner has no answer, where the client itself gives no reason.

export class Wrong extends Error {
  override readonly name = 'Wrong';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
