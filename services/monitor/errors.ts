import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('MONITOR', {
  NOT_COVERED: {
    status: 404,
    message: (field: string, value: string) =>
      `no prediction of ${field} ${value} was seen in the window; ask without the filter for those that were`,
    field: (field: string) => field,
  },
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
