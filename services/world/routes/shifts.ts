import Type from 'typebox';
import { requireToken } from '../../../lib/kit/http.ts';
import type { Service } from '../../../lib/kit/service.ts';
import type { Shifts } from '../shifts.ts';

const Start = Type.Object(
  {
    name: Type.String(),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);
const Name = Type.Object({ name: Type.String() });

/**
 * `GET /v1/shifts`, `POST /v1/shifts` and `DELETE /v1/shifts/{name}`: what changes in the world itself. Nobody at the
 * bank does it and nobody there knows of it, so it takes the token of the truth and is in no audit trail.
 */
export function addShifts(
  { app, clock }: Pick<Service, 'app' | 'clock'>,
  shifts: Shifts,
  truthToken: string,
): void {
  const preHandler = requireToken(truthToken);

  app.get('/v1/shifts', { preHandler }, () => ({ active: shifts.active, available: shifts.available }));

  app.post('/v1/shifts', { preHandler, schema: { body: Start } }, (request, reply) => {
    const { name, parameters = {} } = request.body;
    return reply.code(201).send(shifts.start(name, parameters, clock.now()));
  });

  app.delete('/v1/shifts/:name', { preHandler, schema: { params: Name } }, (request) =>
    shifts.stop(request.params.name),
  );
}
