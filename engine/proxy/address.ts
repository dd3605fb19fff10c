import { errors } from './errors.ts';

export interface Address {
  host: string;
  port: number;
}

/**
 * Reads "host:port" ("[::1]:6379" for IPv6). An empty host is loopback, because nothing of ours listens wider unless
 * it is told to; an empty `text` is a free port there.
 * @throws PROXY_BAD_ADDRESS naming `field`.
 */
export function parseAddress(text: string, field: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text || ':0') ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) throw errors.BAD_ADDRESS(field, text);
  return { host: bracketed || plain || '127.0.0.1', port };
}

/** "host:port", with brackets around an IPv6 host. */
export const formatAddress = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
