import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('MONITOR', {
  NO_REPORT: {
    status: 503,
    message: () => 'the first report is not made yet; ask again in a moment',
  },
  NOT_SEEN: {
    status: 404,
    message: (model: string | undefined, version: string | undefined) =>
      `no prediction of ${[model && `model ${model}`, version && `version ${version}`].filter(Boolean).join(', ')} was seen in the last days; ask without the filter for those that were`,
    field: (model: string | undefined) => (model === undefined ? 'version' : 'model'),
  },
});
