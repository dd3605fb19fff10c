import Type from 'typebox';
import { Departures } from '../departures.ts';
import { defineToxic } from '../toxic.ts';

/** Every chunk arrives `latency` ± `jitter` later, in order, as on a longer wire; removal lets what waits arrive now. */
export default defineToxic({
  attributes: Type.Object({
    latency: Type.Number({ minimum: 0, default: 0, description: 'ms added to every chunk' }),
    jitter: Type.Number({ minimum: 0, default: 0, description: 'ms, uniform in latency ± jitter' }),
  }),
  // A long wire holds much: at one second this still lets 4 MiB/s through.
  buffer: 4 * 1024 * 1024,
  create(flow) {
    const departures = new Departures(flow);
    const due = () => {
      const { latency, jitter } = flow.attributes;
      return performance.now() + latency + (jitter > 0 ? (2 * flow.random.next() - 1) * jitter : 0);
    };
    return {
      get held() {
        return departures.held;
      },
      data: (chunk) => departures.add(chunk, due()),
      // The end waits for the data ahead of it and no longer, as in Toxiproxy.
      end: () => departures.add(undefined, 0),
      release: () => departures.release(),
    };
  },
});
