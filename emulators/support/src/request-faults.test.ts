import { expect, it } from "vitest";
import { RequestFaults } from "./request-faults.ts";

const faultsOf = () => new RequestFaults<string, string>((start, request) => request.startsWith(start));

it("hits what matches, as often as it was told to, the oldest fault first", () => {
  const faults = faultsOf();
  faults.cut("get", 2);
  faults.delay("get", 5);
  expect(faults.take("post")).toBeUndefined();
  const kinds = ["get a", "get b", "get c", "get d"].map((request) => faults.take(request)?.kind);
  expect(kinds).toEqual(["cut", "cut", "delay", undefined]);
});

it("is taken back by what it returns, or all at once", () => {
  const faults = faultsOf();
  const takeBack = faults.cut("get", Number.POSITIVE_INFINITY);
  faults.loseAnswer("post");
  expect(faults.take("get")?.kind).toBe("cut");
  takeBack();
  expect(faults.take("get")).toBeUndefined();
  faults.clear();
  expect(faults.take("post")).toBeUndefined();
});

it("says when the request came that is not answered", async () => {
  const faults = faultsOf();
  const { reached } = faults.hang("get");
  const fault = faults.take("get");
  if (fault?.kind === "hang") fault.reached();
  await reached;
});
