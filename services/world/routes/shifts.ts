import Type from 'typebox';
import { actorOf, requireToken } from '../../../lib/kit/http.ts';
import type { Service } from '../../../lib/kit/service.ts';
import type { Shifts } from '../shifts.ts';

const Start = Type.Object(
  {
    name: Type.String(),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    reason: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const Name = Type.Object({ name: Type.String() });

/** `GET /v1/shifts`, `POST /v1/shifts` and `DELETE /v1/shifts/{name}`: what changes in the world itself. */
export function addShifts(
  { app, adminToken, audit, clock }: Pick<Service, 'app' | 'adminToken' | 'audit' | 'clock'>,
  shifts: Shifts,
): void {
  const preHandler = requireToken(adminToken);

  app.get('/v1/shifts', () => ({ active: shifts.active, available: shifts.available }));

  app.post('/v1/shifts', { preHandler, schema: { body: Start } }, async (request, reply) => {
    const { name, parameters = {}, reason } = request.body;
    const started = shifts.start(name, parameters, clock.now());
    const object = `shift/${name}`;
    await audit.record({
      actor: actorOf(request),
      action: 'shift.start',
      object,
      before: null,
      after: started,
      reason,
    });
    return reply.code(201).send(started);
  });

  app.delete('/v1/shifts/:name', { preHandler, schema: { params: Name } }, async (request) => {
    const { name } = request.params;
    const stopped = shifts.stop(name);
    const object = `shift/${name}`;
    await audit.record({
      actor: actorOf(request),
      action: 'shift.stop',
      object,
      before: stopped,
      after: null,
      reason: request.headers['x-reason'] as string | undefined,
    });
    return stopped;
  });
}
