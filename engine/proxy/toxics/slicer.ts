import Type from 'typebox';
import { Departures } from '../departures.ts';
import { defineToxic } from '../toxic.ts';

/** Cuts the stream into small writes, so that a reader that expects whole messages shows itself. */
export default defineToxic({
  attributes: Type.Object({
    average_size: Type.Integer({ minimum: 1, description: 'bytes per slice' }),
    size_variation: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'bytes, uniform in average_size ± this',
    }),
    delay: Type.Number({ minimum: 0, default: 0, description: 'µs between slices; timers step in ms' }),
  }),
  create(flow) {
    const departures = new Departures(flow);
    let next = 0;
    const size = () => {
      const { average_size, size_variation } = flow.attributes;
      const varied = average_size + (2 * flow.random.next() - 1) * size_variation;
      return Math.max(1, Math.round(varied));
    };
    return {
      get held() {
        return departures.held;
      },
      data(chunk) {
        next = Math.max(next, performance.now());
        for (let start = 0, end = size(); start < chunk.length; start = end, end += size()) {
          departures.add(chunk.subarray(start, end), next);
          next += flow.attributes.delay / 1000;
        }
      },
      end: () => departures.add(undefined, 0),
      release: () => departures.release(),
    };
  },
});
