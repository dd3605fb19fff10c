import { AppError, messageOf } from '../lib/kit/errors.ts';
import { EXIT } from './program.ts';

/** What a person reads when a command fails: one line; with `verbose` also where it comes from. */
export function describe(error: unknown, options: { verbose: boolean }): { message: string; status: number } {
  const line = messageOf(error);
  const stack = error instanceof Error && options.verbose ? `\n${error.stack}` : '';
  // What was asked for does not exist or is not allowed: asked wrongly, not gone wrong.
  const wrongUsage = error instanceof AppError && (error.status === 400 || error.code.startsWith('CONFIG_'));
  return { message: `${line}${stack}`, status: wrongUsage ? EXIT.usage : EXIT.negative };
}
