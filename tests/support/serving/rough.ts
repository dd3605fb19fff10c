import { connect } from 'node:net';

/** What a caller got to hear; `status` 0 when the connection was closed without a word. */
export interface Heard {
  status: number;
  body: string;
}

/** One way of calling that no client library would. */
export interface RoughCaller {
  name: string;
  /** Statuses that are honest; empty where nobody listens for one. */
  honest: readonly number[];
  /** Whether Node says no by itself, with a status alone. */
  bare: boolean;
  call(port: number): Promise<Heard>;
}

type End = 'listen' | 'close' | 'reset';

/** Sends `text`, and then listens until the server closes, or goes away politely or not. */
function send(port: number, text: string | Buffer, end: End): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    const done = () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1] ?? 0);
      resolve({ status, body: heard.split('\r\n\r\n').slice(1).join('\r\n\r\n') });
    };
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', done);
    socket.on('connect', () => {
      socket.write(text, () => {
        if (end === 'close') socket.destroy();
        if (end === 'reset') socket.resetAndDestroy();
      });
    });
  });
}

const HEAD =
  'POST /v1/score HTTP/1.1\r\nhost: bank\r\ncontent-type: application/json\r\nconnection: close\r\n';
const withBody = (body: string, length = Buffer.byteLength(body)) =>
  `${HEAD}content-length: ${length}\r\n\r\n${body}`;

/** @param valid a body the bank would accept */
export function roughCallers(valid: string): RoughCaller[] {
  const caller = (name: string, honest: number[], text: string | Buffer, end: End = 'listen') => ({
    name,
    honest,
    bare: text.includes('GET /healthz'),
    call: (port: number) => send(port, text, end),
  });
  const chunked = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  return [
    caller('speaks no HTTP', [400], 'HELLO BANK\r\n\r\n'),
    caller(
      'sends bytes at random',
      [400],
      Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37) % 256)),
    ),
    caller(
      'sends a path that is none',
      [400],
      'GET /v1/%zz HTTP/1.1\r\nhost: bank\r\nconnection: close\r\n\r\n',
    ),
    caller('forgets the host', [400], 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n'),
    caller('gives two lengths', [400], `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
    caller(
      'gives a length and chunks',
      [400],
      `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
    ),
    caller('sends half a document', [400], withBody(valid.slice(0, 40))),
    caller('sends another document', [400], withBody('{"transaction":{"id":"1","amount":1e999}}')),
    caller('sends too large a body', [413], withBody('', 10_000_000)),
    caller('sends chunks without end', [413], chunked + chunk.repeat(6)),
    caller('sends a chunk that is none', [400], `${chunked}zz\r\n`),
    caller('sends a header of 40 KB', [431], `${HEAD}x-long: ${'x'.repeat(40_000)}\r\n\r\n`),
    caller('never ends its headers', [408], HEAD),
    caller('never ends its body', [408], withBody(valid.slice(0, 40), 400)),
    caller('says nothing and leaves', [], '', 'close'),
    caller('leaves in its headers', [], HEAD, 'reset'),
    caller('leaves in its body', [], withBody(valid.slice(0, 40), 400), 'close'),
    caller('leaves before the answer', [], withBody(valid), 'reset'),
  ];
}
