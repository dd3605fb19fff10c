import { setTimeout as delay } from 'node:timers/promises';
import type { SessionView } from '../engine/session/view.ts';
import type { EngineClient } from './client.ts';

const LOOK_MS = 400;

/**
 * Follows the open incident until `done`, showing what is added to its timeline as it comes.
 * @param show gets one line per new entry
 */
export async function follow(
  engine: EngineClient,
  done: (view: SessionView) => boolean,
  show: (line: string) => void = () => {},
): Promise<SessionView> {
  let shown: number | undefined;
  for (;;) {
    const view = await engine.get<SessionView>('/v1/drill');
    shown ??= Math.max(0, view.timeline.length - 1);
    for (const { text } of view.timeline.slice(shown)) show(text);
    shown = view.timeline.length;
    if (done(view)) return view;
    await delay(LOOK_MS);
  }
}

export const isSettled = ({ phase }: SessionView): boolean =>
  !['checking', 'injecting', 'waiting'].includes(phase);

/** Progress goes to standard output for a person, and nowhere when the answer is JSON. */
export const progress =
  (options: { json?: boolean }) =>
  (line: string): void => {
    if (!options.json) process.stdout.write(`· ${line}\n`);
  };
