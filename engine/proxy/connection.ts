import { createConnection, type Socket } from 'node:net';
import type { Random } from '../../lib/kit/random.ts';
import type { Address } from './address.ts';
import type { ArmedToxics } from './armed.ts';
import { Link } from './link.ts';

/**
 * Joins an accepted client to a new connection to `upstream`, one link each way:
 *
 *     client ──upstream link──▶ server
 *     client ◀─downstream link─ server
 *
 * An upstream that cannot be reached closes the client. Returns a function that cuts the connection at once;
 * `onClosed` is called when both sockets are gone.
 */
export function connect(
  client: Socket,
  upstream: Address,
  toxics: ArmedToxics,
  random: Pick<Random, 'next'>,
  onClosed: () => void,
): () => void {
  // noDelay: Nagle would add up to 40 ms to small replies, a fault nobody asked for.
  const server = createConnection({ ...upstream, noDelay: true, allowHalfOpen: true });
  const links = {
    upstream: new Link(client, server, random),
    downstream: new Link(server, client, random),
  };
  let open = 2;
  for (const socket of [client, server]) {
    // An error is always followed by 'close', which the links act on.
    socket.on('error', () => {});
    socket.on('close', () => {
      open -= 1;
      if (open > 0) return;
      toxics.detach(links);
      links.upstream.dispose();
      links.downstream.dispose();
      onClosed();
    });
  }
  const cut = () => {
    client.destroy();
    server.destroy();
  };
  server.once('connect', () => {
    if (client.destroyed) return cut();
    toxics.attach(links);
    server.off('close', cut);
  });
  server.once('close', cut);
  return cut;
}
