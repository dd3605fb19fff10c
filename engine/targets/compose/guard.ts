import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, request } from 'node:http';

// A container of its own runs this file alone, with what Node brings. Toxiproxy asks nobody who they are; here, whoever
// does not carry the engine's token learns nothing of what is set there, and changes nothing.
const { TOKEN = '', UPSTREAM = '', PORT = '0' } = process.env;

// Digests have one length, whatever was sent.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const expected = digest(`Bearer ${TOKEN}`);

const server = createServer((asked, answer) => {
  const refuse = (status: number, error: string) => {
    if (!answer.headersSent) answer.writeHead(status, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ error, status }));
  };
  if (!timingSafeEqual(digest(asked.headers.authorization ?? ''), expected)) {
    asked.resume();
    return refuse(401, "only the engine may ask here: its token is missing or isn't right");
  }
  const { method, url, headers } = asked;
  const passed = request(UPSTREAM + url, { method, headers: { ...headers, host: new URL(UPSTREAM).host } });
  passed.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passed.on('error', (error) => refuse(502, `${UPSTREAM} does not answer: ${error.message}`));
  asked.pipe(passed);
});

server.listen(Number(PORT), '0.0.0.0', () => console.log(JSON.stringify(server.address())));
