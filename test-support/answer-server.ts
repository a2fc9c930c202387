import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { RawAnswer } from "./answer-twists.ts";

/** A request, and what was answered. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly answer: RawAnswer;
}

/** A request before it is answered. */
export type AskedRequest = Omit<Exchange, "answer">;

/** An HTTP server for answers of any kind, on the loopback interface. */
export interface AnswerServer {
  readonly url: string;
  /** How many answers there were in all. */
  readonly answered: number;
  /** Forgets what was exchanged, and answers so from now on; `index` counts requests from 0. */
  begin(answer: (request: AskedRequest, index: number) => RawAnswer): void;
  /** Since {@link begin}. */
  readonly exchanges: readonly Exchange[];
}

/** Starts one that runs until the test is over. */
export async function startAnswerServer(): Promise<AnswerServer> {
  let exchanges: Exchange[] = [];
  let answered = 0;
  let answer: (request: AskedRequest, index: number) => RawAnswer = () => ({ status: 503, headers: {}, body: "" });
  const server = createServer(async (message, response) => {
    const url = new URL(message.url ?? "/", "http://localhost");
    const request = { method: message.method ?? "", url, body: await text(message) };
    const given = answer(request, exchanges.length);
    exchanges.push({ ...request, answer: given });
    answered++;
    send(given, response);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get answered() {
      return answered;
    },
    get exchanges() {
      return exchanges;
    },
    begin(next) {
      exchanges = [];
      answer = next;
    },
  };
}

function send({ status, headers, body, isCut = false }: RawAnswer, response: ServerResponse): void {
  const length = Buffer.byteLength(body) + (isCut ? 1 : 0);
  const promised = status === 204 || status === 304 ? {} : { "content-length": String(length) };
  response.writeHead(status, { ...headers, ...promised });
  // Whoever is not read to the end is cut off by the client.
  response.on("error", () => {});
  if (isCut) response.write(body, () => response.destroy());
  else response.end(body);
}
