import { expect, it } from "vitest";
import { RequestLog } from "./request-log.ts";

it("has what was asked, in order, all or what matches, until it is cleared", () => {
  const log = new RequestLog<string, string>((start, request) => request.startsWith(start));
  for (const request of ["get a", "post b", "get c"]) log.add(request);
  expect(log.list()).toEqual(["get a", "post b", "get c"]);
  expect(log.list("get")).toEqual(["get a", "get c"]);
  expect([log.count(), log.count("post")]).toEqual([3, 1]);
  log.clear();
  expect(log.list()).toEqual([]);
});

it("forgets the oldest where there are too many", () => {
  const log = new RequestLog<number, never>(() => true);
  for (let request = 0; request <= 100_000; request++) log.add(request);
  expect([log.count(), log.list().at(0), log.list().at(-1)]).toEqual([50_000, 50_001, 100_000]);
});
