import Type from 'typebox';
import type { App } from '../../../lib/kit/http.ts';
import type { Context } from '../context.ts';

const Time = Type.Optional(Type.String({ format: 'date-time', description: 'business time' }));

export function addAudit(app: App, { store }: Context): void {
  app.get(
    '/v1/audit',
    {
      schema: {
        querystring: Type.Object(
          {
            actor: Type.Optional(Type.String()),
            action: Type.Optional(Type.String({ description: 'for example model.alias.set' })),
            object: Type.Optional(Type.String({ description: 'for example model/fraud/aliases/champion' })),
            from: Time,
            to: Time,
            before: Type.Optional(
              Type.Integer({ minimum: 1, description: 'only records older than this id' }),
            ),
            limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
          },
          { additionalProperties: false },
        ),
      },
    },
    (request) => {
      const { from, to, ...filter } = request.query;
      const records = store.journal.find({
        ...filter,
        ...(from !== undefined && { fromMs: Date.parse(from) }),
        ...(to !== undefined && { toMs: Date.parse(to) }),
      });
      return {
        records: records.map((record) => ({ ...record, reason: record.reason ?? null })),
        next: records.length === filter.limit ? (records.at(-1)?.id ?? null) : null,
      };
    },
  );
}
