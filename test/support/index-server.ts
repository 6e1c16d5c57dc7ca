import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const LET_IN = `Basic ${Buffer.from('me:secret').toString('base64')}`;

/**
 * A package index on the loopback address with one wheel in it, which it sends slowly enough for a progress bar to be
 * drawn; from hold() on only the first half, until release(). Under /private/ it wants the user `me` with the password
 * `secret`.
 */
export async function serveIndex(wheel: string) {
  const name = path.basename(wheel);
  const project = name.slice(0, name.indexOf('-')).replaceAll('_', '-');
  const bytes = readFileSync(wheel);
  let isHeld = false;
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/private/') && request.headers.authorization !== LET_IN) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="tests"' }).end();
    } else if (request.url === `/simple/${project}/` || request.url === `/private/${project}/`) {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<a href="/${name}">${name}</a>`);
    } else if (request.url === `/${name}`) {
      response.writeHead(200, { 'Content-Type': 'application/zip', 'Content-Length': bytes.length });
      send(0);
    } else {
      response.writeHead(404).end();
    }

    function send(from: number) {
      if (isHeld && from >= bytes.length / 2) return void waiting.push(() => send(from));
      const to = Math.min(bytes.length, from + Math.ceil(bytes.length / 12));
      response.write(bytes.subarray(from, to));
      if (to === bytes.length) response.end();
      else setTimeout(send, 100, to);
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    hold: () => void (isHeld = true),
    release: () => {
      isHeld = false;
      for (const goOn of waiting.splice(0)) goOn();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
