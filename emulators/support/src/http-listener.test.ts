import { expect, it } from "vitest";
import { HttpListener } from "./http-listener.ts";

it("comes back on its port, and cuts what is open when it goes", async () => {
  await using listener = new HttpListener("127.0.0.1", 0, (request, response) => {
    if (request.url === "/") response.end("here");
  });
  await listener.start();
  const { url } = listener;
  expect(await (await fetch(url)).text()).toBe("here");
  const unanswered = fetch(`${url}/silent`).catch(() => "cut");
  await fetch(url);
  await listener.stop();
  expect(await unanswered).toBe("cut");
  await expect(fetch(url)).rejects.toThrow();
  await listener.start();
  expect(listener.url).toBe(url);
  expect((await fetch(url)).status).toBe(200);
});

it("is stopped when it is disposed of, once and for all", async () => {
  const listener = new HttpListener("127.0.0.1", 0, (_, response) => response.end());
  await listener.start();
  await listener[Symbol.asyncDispose]();
  await listener.stop();
  await expect(fetch(listener.url)).rejects.toThrow();
});
