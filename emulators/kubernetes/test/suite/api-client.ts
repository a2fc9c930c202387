/** An API server under test, reached by plain HTTP. */
export interface ApiUnderTest {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Makes the server forget all changes so far, as etcd's compaction does. */
  compact(): Promise<void>;
  /** Has `work` done by a client to whom every resource is forbidden. */
  asNobody(work: (client: ApiClient) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** An answer of the API: its HTTP status and its body. */
export interface Answer {
  readonly code: number;
  /** Parsed, if it is JSON; else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly body: any;
  readonly headers: Headers;
}

/** One line of a watch. */
export interface WatchEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly object: any;
}

export const mergePatch = "application/merge-patch+json";
export const strategicMergePatch = "application/strategic-merge-patch+json";
export const jsonPatch = "application/json-patch+json";
export const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** Requests by plain `fetch`. */
export class ApiClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  get(path: string, accept = "application/json"): Promise<Answer> {
    return this.#send("GET", path, undefined, { accept });
  }

  post(path: string, body: unknown, contentType = "application/json"): Promise<Answer> {
    return this.#send("POST", path, body, { "content-type": contentType });
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.#send("PUT", path, body, { "content-type": "application/json" });
  }

  patch(path: string, body: unknown, contentType: string = mergePatch): Promise<Answer> {
    return this.#send("PATCH", path, body, { "content-type": contentType });
  }

  delete(path: string, options?: unknown): Promise<Answer> {
    return this.#send("DELETE", path, options, options === undefined ? {} : { "content-type": "application/json" });
  }

  /** All that a watch says until it ends, which `timeoutSeconds` in the query brings about. */
  async watchToEnd(
    path: string,
    accept = "application/json",
    opened: () => Promise<unknown> = async () => {},
  ): Promise<WatchEvent[]> {
    const response = await fetch(this.#url + path, { headers: { ...this.#headers, accept } });
    await opened();
    return parseLines(await response.text());
  }

  /** The first `count` events of a watch, which is then cut. `opened` is called once the watch has begun. */
  async watch(path: string, count: number, opened: () => Promise<unknown> = async () => {}): Promise<WatchEvent[]> {
    const abort = new AbortController();
    const response = await fetch(this.#url + path, { headers: this.#headers, signal: abort.signal });
    await opened();
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.split("\n").length > count) break;
    }
    abort.abort();
    return parseLines(text).slice(0, count);
  }

  async #send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = { method, headers: { ...this.#headers, ...headers }, ...(body === undefined ? {} : { body: text }) };
    const response = await fetch(this.#url + path, init);
    const answer = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return { code: response.status, body: isJson ? JSON.parse(answer) : answer, headers: response.headers };
  }
}

function parseLines(text: string): WatchEvent[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
