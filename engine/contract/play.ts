import type { PortName } from '../../lib/contract/ports.ts';

/** The hands of somebody on call: what a play may touch is what a candidate may touch. */
export interface Operator {
  /** Runs `./drill …` and answers what it printed. @throws Error with its message when it exits other than 0 or 1 */
  drill(...args: string[]): Promise<string>;
  /** Runs any program the README names: curl, redis-cli, amtool. */
  run(command: string, ...args: string[]): Promise<string>;
  url(name: PortName): string;
  port(name: PortName): number;
  /** Bearer token for the services' changing calls, as `.drill/secrets` holds it. */
  adminToken: string;
  /** Raised when the attempt is over; a play that repeats something goes on until then. */
  signal: AbortSignal;
}

/** One way to handle an incident, executable. `scenarios/<id>/solutions.ts` exports `solutions` and `cheats`. */
export interface Play {
  name: string;
  /** Variants it is meant for; all of them when absent. */
  variants?: readonly string[];
  /** Targets where it can be done; all of them when absent. */
  targets?: readonly string[];
  /** Goes on until the attempt is over, instead of being done before the check. */
  endless?: true;
  /** Leaves things so that nothing could be learned from another attempt afterwards: it comes last in its incident. */
  disturbs?: true;
  act(operator: Operator): Promise<void>;
}
