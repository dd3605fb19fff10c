import { readFileSync } from 'node:fs';
import { readConfig } from '../../../lib/kit/config.ts';
import { AppError, messageOf } from '../../../lib/kit/errors.ts';
import { Config } from './config.ts';
import { errors } from './errors.ts';
import { requestRun } from './request.ts';

/** `main.ts <job> [<JSON> | @<file>]`: one JSON line says what came of it, the status whether it was good. */
try {
  const [job, given = '{}'] = process.argv.slice(2);
  if (job === undefined) throw errors.USAGE('no job was named');
  const run = await requestRun(readConfig(Config), job, parametersOf(given));
  process.stdout.write(`${JSON.stringify(run ?? { job, status: 'not needed' })}\n`);
} catch (error) {
  const code = error instanceof AppError ? error.code : 'REQUEST_BROKEN';
  process.stderr.write(`${code}: ${messageOf(error)}\n`);
  process.exitCode = 1;
}

function parametersOf(given: string): Record<string, unknown> {
  try {
    return JSON.parse(given.startsWith('@') ? readFileSync(given.slice(1), 'utf8') : given);
  } catch (error) {
    throw errors.USAGE(`the parameters cannot be read (${messageOf(error)})`);
  }
}
