import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { OWNER } from '../contracts/index.ts';
import { type IncomingMessage, listen, readBody, type ServerResponse, toWebRequest, writeWebResponse } from '../platform/listen/index.ts';
import type { McpBackend } from '../toolkit/index.ts';
import { LegacySessions } from '../toolkit/protocol/legacy-sessions.ts';
import { createSdkServer } from '../toolkit/protocol/sdk-server.ts';
import type { ServedBackend } from './connect.ts';

/** Serves a backend over HTTP on a free port as a server that knows only the handshake revisions; every caller is the owner. */
export async function serveLegacyOnly(backend: McpBackend): Promise<ServedBackend> {
  const sessions = new LegacySessions({ backend });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = request.method === 'POST' ? await readBody(request, 1024 * 1024) : undefined;
    const body: unknown = bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'));
    const web = toWebRequest(request, new URL(request.url ?? '/', 'http://127.0.0.1'), bytes, new AbortController().signal);
    await writeWebResponse(await sessions.serve(web, body, { transport: 'http', principal: OWNER }), response);
  };
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    onRequest: (request, response) => void serve(request, response).catch(() => response.destroy()),
  });
  return {
    url: `${listener.url}/mcp`,
    async close() {
      await sessions.close();
      await listener.close(0);
    },
  };
}

/** The same over this process's standard streams, until they end. */
export async function serveLegacyOnlyStdio(backend: McpBackend): Promise<void> {
  await createSdkServer(backend, { transport: 'stdio', principal: OWNER }).connect(new StdioServerTransport());
}
