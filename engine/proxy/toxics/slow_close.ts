import Type from 'typebox';
import { Departures } from '../departures.ts';
import { defineToxic } from '../toxic.ts';

/** Data passes; the end of the stream arrives `delay` late. Removal closes at once what waits to close. */
export default defineToxic({
  attributes: Type.Object({
    delay: Type.Number({ minimum: 0, default: 0, description: 'ms between the end and passing it on' }),
  }),
  create(flow) {
    const departures = new Departures(flow);
    return {
      data: (chunk) => flow.push(chunk),
      end: () => departures.add(undefined, performance.now() + flow.attributes.delay),
      release: () => departures.release(),
    };
  },
});
