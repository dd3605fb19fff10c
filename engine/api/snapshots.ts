import Type from 'typebox';
import type { EngineRoutes } from '../app.ts';
import { errors } from '../platform/errors.ts';
import { recorded } from '../platform/recorded.ts';

const Named = Type.Object({ name: Type.String({ maxLength: 200 }) });
const closed = { additionalProperties: false } as const;

/** Snapshots of the platform's data. Answers come when the work is done. */
const routes: EngineRoutes = (app, platform) => {
  const { snapshots } = platform;
  // An incident keeps a snapshot of its own, and its faults would be saved and forgotten here.
  const refuseDuringIncident = (what: string) => {
    if (platform.incident() !== null) throw errors.SNAPSHOT_INCIDENT(what);
  };
  const view = async (name: string) => (await snapshots.list()).find((one) => one.name === name);

  app.get('/v1/snapshots', async () => ({ snapshots: await snapshots.list() }));

  app.post('/v1/snapshots', { schema: { body: Type.Object({ name: Type.String() }, closed) } }, (request) => {
    const { name } = request.body;
    const what = { action: 'snapshot.save', object: `snapshot/${name}` };
    return recorded(platform, request, what, async () => {
      refuseDuringIncident('saving a snapshot');
      await snapshots.save(name);
      return view(name);
    });
  });

  app.post('/v1/snapshots/:name/restore', { schema: { params: Named } }, (request) => {
    const { name } = request.params;
    const what = { action: 'snapshot.restore', object: `snapshot/${name}` };
    return recorded(platform, request, what, async () => {
      refuseDuringIncident('restoring a snapshot');
      await snapshots.restore(name);
      return view(name);
    });
  });

  app.delete('/v1/snapshots/:name', { schema: { params: Named } }, (request) => {
    const { name } = request.params;
    const what = { action: 'snapshot.remove', object: `snapshot/${name}` };
    return recorded(platform, request, what, async () => {
      refuseDuringIncident('removing a snapshot');
      if (!snapshots.has(name)) throw errors.SNAPSHOT_UNKNOWN(name, snapshots.names());
      await snapshots.remove(name);
      return { removed: name };
    });
  });
};
export default routes;
