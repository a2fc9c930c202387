import type { ServerResponse } from "node:http";
import { instance } from "digitalocean-js/src/lib/axios-instance.js";
import { expect, it } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { digitalOceanJs } from "./digitalocean-api.ts";
import { DigitalOceanClient } from "./digitalocean-client.ts";

const tokens = ["dop_v1_first", "dop_v1_second"];
const snapshots = { doing: "listing", scopes: [], pageSize: 7 };
const volumes = { doing: "creating", scopes: [], changes: true, tags: ["a:b"] };

it("keeps two clients apart whose calls are under way at once", async () => {
  const held: (() => void)[] = [];
  const holding = (response: ServerResponse, body: object): void => {
    held.push(() => response.end(JSON.stringify(body)));
    // None is answered before all have come; then the last one first.
    if (held.length === 8) for (const answer of held.toReversed()) answer();
  };
  const servers = await Promise.all(
    tokens.map((token) =>
      startLoopbackServer(({ headers, method }, response) => {
        const echo = [headers.authorization ?? "", token].map(backwards);
        holding(response, method === "GET" ? { snapshots: echo } : { snapshot: echo });
      }),
    ),
  );
  const clients = servers.map(({ url }, index) => new DigitalOceanClient({ token: tokens[index], apiUrl: url }));
  const dates = clients.map((): Date[] => []);
  const answers = await Promise.all(
    [0, 1, 0, 1].flatMap((index) => {
      const options = { onDate: (date: Date) => void dates[index]?.push(date) };
      return [
        clients[index]?.call(snapshots, (api) => api.snapshots.getSnapshots("volume"), options),
        clients[index]?.call(volumes, (api) => api.blockStorage.createSnapshotFromVolume("id", "name"), options),
      ];
    }),
  );
  const own = tokens.map((token) => [`Bearer ${token}`, token].map(backwards));
  expect(answers).toEqual([own[0], own[0], own[1], own[1], own[0], own[0], own[1], own[1]]);
  expect(dates.map(({ length }) => length)).toEqual([4, 4]);
  for (const { requests } of servers) {
    const got = requests.filter(({ method }) => method === "GET");
    expect(got.map(({ path }) => path)).toEqual(Array(2).fill("/v2/snapshots?resource_type=volume&per_page=7&page=1"));
    const sent = requests.filter(({ method }) => method === "POST");
    expect(sent.map(({ body }) => JSON.parse(body))).toEqual(Array(2).fill({ name: "name", tags: ["a:b"] }));
  }
});

/** As it is, it would be taken out of the answer. */
function backwards(text: string): string {
  return [...text].reverse().join("");
}

it("aborts the call whose signal it was, and no other", async () => {
  const controller = new AbortController();
  let answerSecond = (): void => {};
  const server = await startLoopbackServer(({ headers }, response) => {
    if (headers.authorization === `Bearer ${tokens[1]}`) answerSecond = () => response.end('{"snapshot":"second"}');
    else controller.abort();
  });
  const [first, second] = tokens.map((token) => new DigitalOceanClient({ token, apiUrl: server.url }));
  const answer = second?.call(volumes, (api) => api.snapshots.getSnapshotById("id"), undefined);
  await expect(
    first?.call(volumes, (api) => api.snapshots.getSnapshotById("id"), { signal: controller.signal }),
  ).rejects.toMatchObject({ code: "aborted" });
  await expect.poll(() => server.requests.length).toBe(2);
  answerSecond();
  expect(await answer).toBe("second");
});

it("leaves nothing of a call in the axios instance, and gives nothing to a request that is not one", async () => {
  const server = await startLoopbackServer((_, response) => response.end('{"snapshot":"mine","tags":[]}'));
  const client = new DigitalOceanClient({ token: tokens[0], apiUrl: server.url });
  await client.call(snapshots, (api) => api.snapshots.getSnapshotById("id"), undefined);
  expect(JSON.stringify(instance.defaults)).not.toContain(tokens[0]);
  expect(instance.defaults.baseURL).toBeUndefined();
  await expect(digitalOceanJs.tags.getTags()).rejects.toThrow();
  await instance.get(`${server.url}/elsewhere`);
  expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
});
