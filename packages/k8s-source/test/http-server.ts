import http from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server that answers as a test says. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly http.IncomingMessage[];
  /** How many connections there were. */
  readonly connections: () => number;
}

export async function startServer(answer: http.RequestListener): Promise<TestServer> {
  const requests: http.IncomingMessage[] = [];
  let connections = 0;
  const server = http.createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
