import type { FastifyPluginAsync } from 'fastify';
import { AppError, messageOf } from '../../lib/kit/errors.ts';
import { checkBody, ProxyInput, ProxyPatch, parseBody } from './bodies.ts';
import type { ProxyCollection } from './collection.ts';
import { errors } from './errors.ts';
import type { ProxyView } from './proxy.ts';

/** The version of Toxiproxy whose API this is. */
const VERSION = '2.7.0';

type ProxyParams = { Params: { proxy: string } };
type ToxicParams = { Params: { proxy: string; toxic: string } };

/** The routes of Toxiproxy's API, with its statuses. A change is made with PATCH or, as before 2.6, POST. */
export const proxyRoutes: FastifyPluginAsync<{ collection: ProxyCollection }> = async (
  app,
  { collection },
) => {
  const CHANGE = ['PATCH', 'POST'];

  app.get('/version', () => ({ version: VERSION }));
  app.get('/proxies', () => collection.views());

  app.post('/proxies', async (request, reply) => {
    const proxy = await collection.add(checkBody(ProxyInput, parseBody(request.body)));
    return reply.status(201).send(proxy.view());
  });

  app.post('/populate', async (request, reply) => {
    const body = parseBody(request.body);
    if (!Array.isArray(body)) throw errors.BAD_BODY('it must be an array of proxies');
    const inputs = body.map((entry, index) => checkBody(ProxyInput, entry, `${index}.`));
    const proxies: ProxyView[] = [];
    try {
      for (const input of inputs) proxies.push((await collection.replace(input)).view());
    } catch (error) {
      // As Toxiproxy does it, the answer also says how far it came.
      const status = error instanceof AppError ? error.status : 500;
      return reply.status(status).send({ error: messageOf(error), status, proxies });
    }
    return reply.status(201).send({ proxies });
  });

  app.post('/reset', async (_request, reply) => {
    await collection.reset();
    return reply.status(204).send();
  });

  app.get<ProxyParams>('/proxies/:proxy', ({ params }) => collection.get(params.proxy).view());

  app.route<ProxyParams>({
    method: CHANGE,
    url: '/proxies/:proxy',
    handler: async ({ params, body }) => {
      const proxy = collection.get(params.proxy);
      await proxy.update(checkBody(ProxyPatch, parseBody(body)));
      return proxy.view();
    },
  });

  app.delete<ProxyParams>('/proxies/:proxy', async ({ params }, reply) => {
    await collection.remove(params.proxy);
    return reply.status(204).send();
  });

  app.get<ProxyParams>('/proxies/:proxy/toxics', ({ params }) => collection.get(params.proxy).toxics.list());

  app.post<ProxyParams>('/proxies/:proxy/toxics', ({ params, body }) =>
    collection.get(params.proxy).toxics.add(parseBody(body)),
  );

  app.get<ToxicParams>('/proxies/:proxy/toxics/:toxic', ({ params }) =>
    collection.get(params.proxy).toxics.get(params.toxic),
  );

  app.route<ToxicParams>({
    method: CHANGE,
    url: '/proxies/:proxy/toxics/:toxic',
    handler: ({ params, body }) => collection.get(params.proxy).toxics.update(params.toxic, parseBody(body)),
  });

  app.delete<ToxicParams>('/proxies/:proxy/toxics/:toxic', async ({ params }, reply) => {
    collection.get(params.proxy).toxics.remove(params.toxic);
    return reply.status(204).send();
  });
};
