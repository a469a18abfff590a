// A refusal or failure of the server, reduced to the code by which the interface finds its own sentence.
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
  ) {
    super(`the server answered ${status} ${code}`);
    this.name = 'ApiError';
  }
}

/** The code of anything thrown on the way to the server; `unreachable` when no answer came at all. */
export function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code;
  return 'unreachable';
}
