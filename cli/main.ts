import { CommanderError } from 'commander';
import { describe } from './failure.ts';
import { buildProgram, loadCommands } from './program.ts';

const verbose = process.argv.includes('--verbose');
// `./drill logs | head` closes our output early; that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  const program = buildProgram(await loadCommands(process.argv[2]));
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong already; help and version are no errors.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const { message, status } = describe(error, { verbose });
    process.stderr.write(`${message}\n`);
    process.exitCode = status;
  }
}
