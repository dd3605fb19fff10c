import exec from 'k6/execution';
import { takeSamples } from './bank.js';
import { GATEWAY_URL } from './environment.js';
import { score } from './score.js';
import { phaseAt } from './shape.js';

export { handleSummary } from './summary.js';

/** Before anything is measured: payments to send. */
export const setup = () => takeSamples([GATEWAY_URL]);

/** What one request of a profile is: a payment to the gateway, tagged with the phase it falls in. */
export const inPhases = (phases) => (samples) =>
  score(GATEWAY_URL, samples, { phase: phaseAt(phases, exec.scenario.progress) });
