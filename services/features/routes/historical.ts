import Type from 'typebox';
import { definitionOf, errors } from '../definitions.ts';
import type { RouteContext } from './context.ts';

const Time = Type.String({ format: 'date-time' });

/** Point-in-time correct features of every transaction in a range: what models are trained on. */
export function addHistoricalRoutes(
  { app, definitions, jobs }: RouteContext,
  folder: string,
  afterwards: () => void,
): void {
  app.post(
    '/v1/historical-features',
    {
      schema: {
        body: Type.Object(
          {
            view: Type.String(),
            version: Type.Integer({ minimum: 1 }),
            from: Time,
            to: Time,
          },
          { additionalProperties: false },
        ),
      },
    },
    async ({ body }) => {
      const id = `${body.view}@${body.version}`;
      definitionOf(definitions, id);
      const from = Date.parse(body.from);
      const to = Date.parse(body.to);
      if (from >= to) throw errors.RANGE_INVALID('to', 'must be after from');
      const result = await jobs.run('historical', { view: id, from, to, folder });
      afterwards();
      return result;
    },
  );
}
