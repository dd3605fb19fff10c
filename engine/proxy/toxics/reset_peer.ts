import Type from 'typebox';
import { defineToxic } from '../toxic.ts';

/** The first bytes to arrive doom the connection: `timeout` later both peers see ECONNRESET. */
export default defineToxic({
  attributes: Type.Object({
    timeout: Type.Number({ minimum: 0, default: 0, description: 'ms from the first bytes to the reset' }),
  }),
  create(flow) {
    let timer: NodeJS.Timeout | undefined;
    const doom = () => {
      timer ??= setTimeout(() => flow.reset(), flow.attributes.timeout);
    };
    return {
      data: doom,
      end: doom,
      release() {
        if (timer === undefined) return;
        // Bytes have been swallowed already: a stream with a hole must not live on.
        clearTimeout(timer);
        flow.reset();
      },
    };
  },
});
