import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { coverageJson } from "./coverage-report.ts";
import { fetchCoverage } from "./fetch-coverage.ts";
import type { VolumeCoverage } from "./volume-coverage.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function answering(status: number, body: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/team/api/v1/coverage" ? status : 404).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/team`;
}

const volume: VolumeCoverage = {
  ...{ object: "PersistentVolumeClaim/shop/data", namespace: "shop", name: "data", volume: "pv-data" },
  ...{ protection: "late", reason: "Late", message: "late" },
  rule: { id: "r", deltas: "PT1H P1D", interval: 3_600_000, backend: "aws", location: "eu", disk: "vol-1" },
  ...{ newest: 1_000, lateAt: 2_000, dueAt: 3_000, held: 4, worstGap: 5_000 },
};
const now = new Date("2026-11-28T00:00:00Z");

describe("coverage --from", () => {
  it("has what the daemon has, and names it", async () => {
    const url = await answering(200, coverageJson({ now, cluster: "home", asked: "the daemon", volumes: [volume] }));
    expect(await fetchCoverage(url)).toEqual({
      now,
      cluster: "home",
      asked: `the daemon at ${url}/`,
      volumes: [volume],
    });
  });

  it.each([
    [503, '{"error":"not yet\\u001b[2J"}', "not yet\\u001b[2J"],
    [200, "<html>", "what it answers is not a coverage"],
    [200, '{"now":"2026-11-28T00:00:00Z","cluster":"home","volumes":[null]}', "no object, name or protection"],
    [502, "Bad Gateway", "it answers 502"],
  ])("says what is wrong with %i %s", async (status, body, words) => {
    await expect(fetchCoverage(await answering(status, body))).rejects.toThrow(words);
  });

  it("shows what a stranger answers as text", async () => {
    const evil = { ...volume, name: "data\u001b]0;owned\u0007", message: "\u202eevil" };
    const url = await answering(200, coverageJson({ now, cluster: "home", asked: "x", volumes: [evil] }));
    const { volumes } = await fetchCoverage(url);
    expect(volumes[0]).toMatchObject({ name: "data\\u001b]0;owned\\u0007", message: "\\u202eevil" });
  });

  it("names where it asked, without what stands before the host", async () => {
    await expect(fetchCoverage("http://user:secret@127.0.0.1:1/")).rejects.toThrow(
      /^cannot ask the daemon at http:\/\/127\.0\.0\.1:1\/: (?!.*secret)/,
    );
    await expect(fetchCoverage("file:///etc/passwd")).rejects.toThrow("--from must be an http or https URL");
  });
});
