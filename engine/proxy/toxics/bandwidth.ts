import Type from 'typebox';
import { Departures } from '../departures.ts';
import { defineToxic } from '../toxic.ts';

/** A chunk longer than this many milliseconds of line time leaves in parts, so that a slow line trickles. */
const PART_MS = 100;

/** Limits the rate of one direction of each connection; a rate of 0 lets nothing through. */
export default defineToxic({
  attributes: Type.Object({
    rate: Type.Integer({ minimum: 0, default: 0, description: 'KB/s (1 KB = 1,000 bytes)' }),
  }),
  create(flow) {
    const departures = new Departures(flow);
    let free = 0;
    return {
      get held() {
        return departures.held;
      },
      data(chunk) {
        // 1 KB/s is one byte per millisecond, so `rate` is bytes per millisecond.
        const { rate } = flow.attributes;
        if (rate === 0) return departures.add(chunk, Number.POSITIVE_INFINITY);
        free = Math.max(free, performance.now());
        for (let start = 0; start < chunk.length; start += rate * PART_MS) {
          const part = chunk.subarray(start, start + rate * PART_MS);
          free += part.length / rate;
          departures.add(part, free);
        }
      },
      end: () => departures.add(undefined, 0),
      release: () => departures.release(),
    };
  },
});
