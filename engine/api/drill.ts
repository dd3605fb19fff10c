import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import type { App } from '../../lib/kit/http.ts';
import type { EngineRoutes } from '../app.ts';
import type { Drills } from '../session/drills.ts';
import { openDrills } from '../session/open.ts';
import { viewOf } from '../session/view.ts';

const routes: EngineRoutes = async (app, platform) => addDrillRoutes(app, await openDrills(platform));
export default routes;

const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const closed = { additionalProperties: false } as const;
const Checking = Type.Object(
  {
    within_seconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 20, description: 'what a cure gets to begin to hold; default 20' }),
    ),
  },
  closed,
);

/** Starting an incident and everything somebody on call does in it. Slow steps go on after the answer; poll `GET /v1/drill`. */
function addDrillRoutes(app: App, drills: Drills): void {
  app.get('/v1/scenarios', () => ({
    scenarios: drills.catalogue.map(({ scenario }) => ({
      slug: scenario.id,
      incident: scenario.number,
      title: scenario.title,
      level: scenario.level,
      minutes: scenario.minutes,
      tags: scenario.tags,
      covers: scenario.covers,
    })),
  }));

  app.post(
    '/v1/drill',
    {
      schema: {
        body: Type.Object(
          {
            scenario: Text,
            variant: Type.Optional(Text),
            seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999 })),
            blind: Type.Optional(Type.Boolean()),
          },
          closed,
        ),
      },
    },
    async (request, reply) => {
      const { scenario, ...wish } = request.body;
      const session = drills.start(scenario, wish);
      return reply.code(202).send(viewOf(session));
    },
  );

  app.get('/v1/drill', () => viewOf(drills.current()));

  app.post('/v1/drill/acknowledge', () => {
    drills.current().acknowledge();
    return viewOf(drills.current());
  });

  const Optional = Type.Optional(Text);
  app.post(
    '/v1/drill/updates',
    {
      schema: {
        body: Type.Object(
          { text: Text, impact: Optional, action: Optional, next: Optional, eta: Optional },
          closed,
        ),
      },
    },
    (request) => {
      const { text, impact = null, action = null, next = null, eta = null } = request.body;
      drills.current().say({ text, impact, action, next, eta });
      return viewOf(drills.current());
    },
  );

  app.post('/v1/drill/hints', () => drills.current().hint());

  app.post(
    '/v1/drill/submission',
    {
      schema: {
        body: Type.Object(
          {
            component: Text,
            cause: Text,
            evidence: Type.Array(Text, { maxItems: 10, default: [] }),
            ruled_out: Type.Array(Text, { maxItems: 20, default: [] }),
          },
          closed,
        ),
      },
    },
    async (request) => {
      const { component, cause, evidence = [], ruled_out: ruledOut = [] } = request.body;
      await drills.current().submit({ component, cause, evidence, ruledOut });
      return viewOf(drills.current());
    },
  );

  app.post('/v1/drill/checks', { schema: { querystring: Checking } }, async (request, reply) => {
    const { within_seconds: within } = request.query;
    drills.current().check(within === undefined ? undefined : within * 1000);
    return reply.code(202).send(viewOf(drills.current()));
  });

  app.delete('/v1/drill', async () => {
    await drills.current().stop();
    return viewOf(drills.current());
  });

  app.get('/v1/drill/debrief', async () => {
    const session = drills.current();
    const ended = session.record.phase === 'over' || session.record.phase === 'stopped';
    const { folder, scenario } = drills.find(session.incident.id);
    return {
      ...viewOf(session),
      timeline: await session.story(),
      debrief: ended ? await readFile(join(folder, 'DEBRIEF.md'), 'utf8') : null,
      questions: ended ? scenario.questions : [],
    };
  });
}
