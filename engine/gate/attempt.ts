import type { Play } from '../contract/play.ts';
import type { OnCall } from './incident.ts';
import type { Judged } from './judgement.ts';

/** Somebody who has not come to an end by then never will. */
const ACTS_WITHIN_MS = 300_000;

/**
 * Does what the play says, while the grader looks when it is endless, and answers what the grader saw. The play may use
 * its hands until the verdict is in.
 * @param withinSeconds what it gets to begin to hold, wall seconds
 * @throws Error of the play when it cannot be played
 */
export async function attempt(
  onCall: OnCall,
  play: Play,
  withinSeconds: number,
  signal: AbortSignal,
): Promise<Judged> {
  const over = new AbortController();
  const limits = AbortSignal.any([over.signal, signal, AbortSignal.timeout(ACTS_WITHIN_MS)]);
  const operator = await onCall.platform.operator(limits);
  const acting = play.act(operator);
  // Its failure is thrown below; until then nobody may call it unhandled.
  acting.catch(() => {});
  if (!play.endless) {
    await Promise.race([acting, late(limits)]);
  }
  const judged = await onCall.check(withinSeconds);
  over.abort();
  await acting;
  return judged;
}

const late = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
