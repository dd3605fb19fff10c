import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface Load {
  requestsPerSecond: number;
  /** Wall milliseconds. */
  p50: number;
  p95: number;
  p99: number;
  /** Answers other than 2xx and connections that broke. */
  failures: number;
}

/**
 * wrk posts the bodies round-robin over its connections.
 * @throws when wrk is missing, saying how to install it
 */
export class Wrk {
  readonly #script: string;

  constructor(folder: string, bodies: readonly string[]) {
    const requests = join(folder, 'requests.txt');
    this.#script = join(folder, 'requests.lua');
    writeFileSync(requests, bodies.join('\n'));
    writeFileSync(this.#script, SCRIPT.replace('REQUESTS', requests));
  }

  async run(port: number, { seconds, connections }: { seconds: number; connections: number }): Promise<Load> {
    // An answer that is late is late, and no failure.
    const shape = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s'];
    try {
      const { stdout } = await exec('wrk', [
        ...shape,
        '-s',
        this.#script,
        `http://127.0.0.1:${port}/v1/score`,
      ]);
      return JSON.parse(stdout.slice(stdout.indexOf('RESULT') + 'RESULT'.length)) as Load;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new Error(
        'the load generator wrk is missing; install it: apt-get install wrk, or brew install wrk',
      );
    }
  }
}

const SCRIPT = `
local requests, next = {}, 0
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
function init()
  for body in io.lines("REQUESTS") do
    requests[#requests + 1] = wrk.format(nil, nil, nil, body)
  end
end
function request()
  next = next % #requests + 1
  return requests[next]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT{"requestsPerSecond":%f,"p50":%f,"p95":%f,"p99":%f,"failures":%d}',
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
`;
