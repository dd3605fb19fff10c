import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('OPENING', {
  PROCESS_ENDED: {
    status: 500,
    message: (what: string, how: string) => `${what} ended (${how}); its own lines above say why`,
  },
});
