import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createOwnProject } from "./gce-project.ts";

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test("asks as the metadata server wants to be asked, and only once", async () => {
  const asked: unknown[] = [];
  const ownProject = createOwnProject(
    await listen(({ url, headers }, response) => {
      asked.push([url, headers["metadata-flavor"]]);
      response.end("my-project\n");
    }),
  );
  expect(await ownProject()).toBe("my-project");
  expect(await ownProject()).toBe("my-project");
  expect(asked).toEqual([["/computeMetadata/v1/project/project-id", "Google"]]);
});

test("knows no project where the server refuses, and asks again", async () => {
  let refuses = true;
  const ownProject = createOwnProject(
    await listen((_, response) => {
      response.statusCode = refuses ? 500 : 200;
      response.end("my-project");
    }),
  );
  expect(await ownProject()).toBeUndefined();
  refuses = false;
  expect(await ownProject()).toBe("my-project");
});

test("does not wait for a server that is silent once the caller aborts", async () => {
  const reached = Promise.withResolvers<void>();
  const ownProject = createOwnProject(await listen(() => reached.resolve()));
  const abort = new AbortController();
  const asking = ownProject(abort.signal);
  await reached.promise;
  abort.abort();
  expect(await asking).toBeUndefined();
});

test.each([undefined, "Amazon"])("believes nobody whose flavor is %s", async (flavor) => {
  const ownProject = createOwnProject(
    await listen((_, response) => {
      if (flavor === undefined) response.removeHeader("metadata-flavor");
      else response.setHeader("metadata-flavor", flavor);
      response.end("a login page");
    }),
  );
  expect(await ownProject()).toBeUndefined();
});

test("knows no project where nobody listens", async () => {
  expect(await createOwnProject("http://127.0.0.1:1")()).toBeUndefined();
});

test("asks nobody where it must not", async () => {
  expect(await createOwnProject(undefined)()).toBeUndefined();
});

async function listen(answer: RequestListener): Promise<string> {
  const listening = createServer((request, response) => {
    response.setHeader("metadata-flavor", "Google");
    answer(request, response);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}
