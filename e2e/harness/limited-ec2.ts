import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { errorXml } from "./ec2-xml.ts";

/** How EC2 limits the calls of one action: so many are saved up at most, and so many come back each second. */
export interface ActionLimit {
  readonly capacity: number;
  readonly perSecond: number;
}

/** What became of the calls of one action. */
export interface ActionCalls {
  readonly passed: number;
  readonly throttled: number;
}

/** A running proxy. */
export interface LimitedEc2 {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;

  /** Since the proxy began. */
  callsOf(action: string): ActionCalls;
  stop(): Promise<void>;
}

/**
 * Starts a proxy on the loopback interface before a stand-in for EC2, which limits the calls of each action as EC2 does:
 * with a bucket of tokens for each, and `RequestLimitExceeded` where it is empty.
 *
 * @param limits - by action; others are not limited
 * @see {@link https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html}
 */
export async function startLimitedEc2(
  target: string,
  limits: Readonly<Record<string, ActionLimit>>,
): Promise<LimitedEc2> {
  const buckets = new Map(Object.entries(limits).map(([action, limit]) => [action, new Bucket(limit)]));
  const server = createServer((request, response) => void pass(request, response));

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const action = new URLSearchParams(body).get("Action") ?? "";
    if (buckets.get(action)?.take() === false) {
      response.writeHead(503, { "content-type": "text/xml" });
      response.end(errorXml("RequestLimitExceeded", "Request limit exceeded."));
      return;
    }
    const headers = Object.entries(request.headers).filter(
      ([name]) => !["host", "content-length", "connection"].includes(name),
    );
    const answer = await fetch(target, { method: "POST", headers: headers as [string, string][], body }).catch(
      () => undefined,
    );
    // The stand-in closed the connection: so does the proxy.
    if (answer === undefined) return void response.destroy();
    response.writeHead(answer.status, { "content-type": "text/xml" }).end(await answer.text());
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    callsOf: (action) => buckets.get(action) ?? { passed: 0, throttled: 0 },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

class Bucket implements ActionCalls {
  passed = 0;
  throttled = 0;
  readonly #limit: ActionLimit;
  #tokens: number;
  #filledAt = performance.now();

  constructor(limit: ActionLimit) {
    this.#limit = limit;
    this.#tokens = limit.capacity;
  }

  take(): boolean {
    const { capacity, perSecond } = this.#limit;
    const now = performance.now();
    this.#tokens = Math.min(capacity, this.#tokens + ((now - this.#filledAt) / 1_000) * perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      this.throttled++;
      return false;
    }
    this.#tokens--;
    this.passed++;
    return true;
  }
}
