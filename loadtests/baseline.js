/** An ordinary minute at a constant rate: is the bank healthy, and how fast is it on this machine? */
import { inPhases } from './lib/profile.js';
import { STEADY, shape } from './lib/shape.js';
import { HEALTHY } from './lib/thresholds.js';

export { handleSummary, setup } from './lib/profile.js';

export const options = shape({ rate: 50, seconds: 60, phases: STEADY, thresholds: HEALTHY });

export default inPhases(STEADY);
