import { defineJob } from '../job.ts';
import { TrainParameters } from '../training/parameters.ts';

export default defineJob({
  description:
    'Trains a model on matured labels, measures it on later days, registers it and may promote it.',
  parameters: TrainParameters,
  timeoutSeconds: 300,
  run: async (parameters, context) => (await import('../training/train.ts')).train(parameters, context),
  gauges: ({ model, trained_to }) => [
    {
      name: 'firedrill_model_trained_timestamp_seconds',
      labels: { model: String(model) },
      value: Date.parse(String(trained_to)) / 1_000,
    },
  ],
});
