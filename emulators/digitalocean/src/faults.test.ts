import { once } from "node:events";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { open } from "../test/open-emulator.ts";
import { EMULATOR_TOKEN } from "./start-digitalocean-emulator.ts";

it("does what goes wrong as often as it was told", async () => {
  const { send, cloud } = await open();
  cloud.faults.answer({ operation: "volumes_list" }, { status: 500 }, 2);
  expect((await send("GET", "/v2/tags")).status).toBe(200);
  expect((await send("GET", "/v2/volumes")).body.id).toBe("server_error");
  expect((await send("GET", "/v2/volumes")).status).toBe(500);
  expect((await send("GET", "/v2/volumes")).status).toBe(200);
  cloud.faults.loseAnswer({ operation: "volumes_create" });
  await expect(send("POST", "/v2/volumes", { name: "data", region: "fra1", size_gigabytes: 1 })).rejects.toThrow();
  expect(cloud.storage.volumes).toHaveLength(1);
  cloud.faults.cut({});
  await expect(send("DELETE", `/v2/volumes/${cloud.storage.volumes[0]?.id}`)).rejects.toThrow();
  expect(cloud.storage.volumes).toHaveLength(1);
  cloud.faults.changePage({}, (page) => ({ ...page, volumes: [] }));
  expect((await send("GET", "/v2/volumes")).body).toMatchObject({ volumes: [], meta: { total: 1 } });
});

it("fails one page of a list, and links to where it was told", async () => {
  const { send, cloud } = await open({ pageSize: 1 });
  for (const name of ["a", "b"]) cloud.storage.createVolume({ name, region: "fra1" });
  cloud.faults.answer({ query: { page: "2" } }, { status: 503 });
  cloud.faults.changePage({ operation: "volumes_list" }, (page) => ({
    ...page,
    links: { pages: { next: "https://elsewhere.example/v2/volumes?page=2" } },
  }));
  expect((await send("GET", "/v2/volumes")).body.links.pages.next).toContain("elsewhere.example");
  expect((await send("GET", "/v2/volumes?page=2")).status).toBe(503);
  expect((await send("GET", "/v2/volumes?page=2")).body.volumes).toMatchObject([{ name: "b" }]);
});

it("answers with text before the work, or after it", async () => {
  const { send, cloud } = await open();
  const form = { name: "data", region: "fra1", size_gigabytes: 1 };
  cloud.faults.answerText({}, 503, "<html>busy</html>");
  expect(await send("POST", "/v2/volumes", form)).toMatchObject({ status: 503, body: "<html>busy</html>" });
  expect(cloud.storage.volumes).toHaveLength(0);
  cloud.faults.garble({}, "<html>too late</html>", 502);
  expect(await send("POST", "/v2/volumes", form)).toMatchObject({ status: 502, body: "<html>too late</html>" });
  expect(cloud.storage.volumes).toHaveLength(1);
});

it("says when a request hangs, and takes faults back", async () => {
  const { send, cloud } = await open();
  const { reached } = cloud.faults.hang({});
  const hanging = send("GET", "/v2/volumes").catch(() => "cut");
  await reached;
  cloud.faults.answer({}, { status: 429, headers: { "retry-after": "7" } }, Infinity);
  expect((await send("GET", "/v2/volumes")).headers.get("retry-after")).toBe("7");
  cloud.faults.clear();
  expect((await send("GET", "/v2/volumes")).status).toBe(200);
  await cloud.close();
  expect(await hanging).toBe("cut");
});

it("blames nobody for a client that goes away in the middle of its request", async () => {
  const { send, cloud } = await open();
  const socket = connect(Number(new URL(cloud.url).port), "127.0.0.1");
  socket.write(
    `POST /v2/volumes HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${EMULATOR_TOKEN}\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n`,
  );
  // The server has read the headers, and waits for the rest.
  await once(socket, "data");
  socket.destroy();
  expect((await send("GET", "/v2/volumes")).status).toBe(200);
  expect(cloud.violations).toEqual([]);
});
