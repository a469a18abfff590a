// A refusal or failure of the server: the code by which the interface finds its own sentence, and what fills it in.
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(`the server answered ${status} ${code}`);
    this.name = 'ApiError';
  }

  /** Reads what the server answered; `unexpected` when that is not one of its errors. */
  static from(body: unknown, status: number): ApiError {
    const said =
      typeof body === 'object' && body !== null ? (body as { code?: unknown; details?: unknown }) : {};
    const code = typeof said.code === 'string' ? said.code : 'unexpected';
    const details = typeof said.details === 'object' && said.details !== null ? said.details : {};
    return new ApiError(code, status, { ...details });
  }
}

/** The code of anything thrown on the way to the server; `unreachable` when no answer came at all. */
export function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code;
  return 'unreachable';
}

/** Whether the server does not know who asks: signed out, here or from another device. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
