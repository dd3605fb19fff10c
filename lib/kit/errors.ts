/** What a service says when it cannot do what was asked: a stable code, one sentence with the remedy, the field. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;

  constructor(
    code: string,
    status: number,
    message: string,
    options: { field?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = status;
    this.field = options.field;
  }
}

/** Body of every error of ours. */
export interface ErrorBody {
  error: { code: string; message: string; field: string | null };
}

type Entry<Args extends unknown[]> = {
  status: number;
  message: (...args: Args) => string;
  field?: string | ((...args: Args) => string);
};

/**
 * A module's catalogue of errors: `catalogue('REG', { NOT_FOUND: {status, message, field} })` makes
 * `errors.NOT_FOUND(...)` that builds an AppError with the code `REG_NOT_FOUND`.
 */
export function catalogue<const T extends Record<string, Entry<never[]>>>(
  prefix: string,
  entries: T,
): { [K in keyof T]: (...args: Parameters<T[K]['message']>) => AppError } {
  const made: Record<string, (...args: never[]) => AppError> = {};
  for (const [name, entry] of Object.entries(entries)) {
    made[name] = (...args) => {
      const field = typeof entry.field === 'function' ? entry.field(...args) : entry.field;
      return new AppError(`${prefix}_${name}`, entry.status, entry.message(...args), { field });
    };
  }
  return made as { [K in keyof T]: (...args: Parameters<T[K]['message']>) => AppError };
}

/** The first line of anything thrown, for a person. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).split('\n')[0] ?? 'unknown error';
