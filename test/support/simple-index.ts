import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import path from 'node:path';

export type SimpleIndexOptions = {
  /** Requires-Python that the index tells, by file name. */
  readonly python?: Readonly<Record<string, string>>;
  /** How many requests are cut off before the first answer. */
  readonly failures?: number;
  /** Milliseconds before an answer. */
  readonly delay?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
};

/** A package index (PEP 503) on the loopback address, over all files of a folder; with the troubles that it is told to have. */
export async function serveSimpleIndex(folder: string, options: SimpleIndexOptions = {}) {
  const { python = {}, failures = 0, delay = 0, tls } = options;
  let left = failures;
  const answer: RequestListener = (request, response) => {
    if (left > 0) {
      left -= 1;
      request.socket.destroy();
      return;
    }
    setTimeout(() => {
      const [, kind, name = ''] = (request.url ?? '').split('/');
      const files = readdirSync(folder).filter((file) => !file.startsWith('.'));
      if (kind === 'files' && files.includes(name)) {
        response.end(readFileSync(path.join(folder, name)));
        return;
      }
      const links = files
        .filter((file) => file.split('-')[0]?.replaceAll('_', '-') === name)
        .map((file) => {
          const requires = python[file] === undefined ? '' : ` data-requires-python="${escape(python[file])}"`;
          return `<a href="/files/${file}"${requires}>${file}</a>`;
        });
      response.writeHead(kind === 'simple' && links.length > 0 ? 200 : 404, { 'Content-Type': 'text/html' });
      response.end(`<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`);
    }, delay);
  };
  const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/simple/`,
    /** Cuts off so many requests from now on. */
    fail: (count: number) => void (left = count),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
