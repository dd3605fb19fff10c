import { AppError, messageOf } from '../../lib/kit/errors.ts';

/** The body of a program that is no service: what fails is said in one line, with status 1. */
export async function runProgram(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'START_FAILED';
    process.stderr.write(`${code}: ${messageOf(error)}\n`);
    process.exit(1);
  }
}
