import { expect, it } from "vitest";
import { errorOfAnswer, errorOfTransport } from "./digitalocean-error.ts";

const now = Date.UTC(2026, 0, 1);
const creation = {
  method: "POST",
  doing: "creating snapshot s",
  scopes: ["block_storage_snapshot:create", "tag:create"],
};

function refused(status: number, message = "", headers: Record<string, string> = {}, method = "POST") {
  const body = message === "" ? undefined : { id: "an_id", message };
  return errorOfAnswer({ response: { status, headers: new Headers(headers) }, body, now }, { ...creation, method });
}

it.each([
  [400, "", "invalid", false, "not-done"],
  [401, "Unable to authenticate you", "unauthenticated", false, "not-done"],
  [403, "You are not authorized to perform this operation", "forbidden", false, "not-done"],
  [403, "failed to create snapshot: snapshot limit exceeded", "limit-reached", false, "not-done"],
  [403, "volume/snapshot capacity limit exceeded", "limit-reached", false, "not-done"],
  [422, "you have reached the limit of 25 snapshots", "limit-reached", false, "not-done"],
  [422, "name is too long", "invalid", false, "not-done"],
  [404, "The resource you requested could not be found.", "not-found", false, "not-done"],
  [409, "a snapshot with that name exists", "in-use", true, "not-done"],
  [429, "API Rate limit exceeded.", "throttled", true, "not-done"],
  [500, "Server Error", "unavailable", true, "unknown"],
  [503, "", "unavailable", true, "unknown"],
  [302, "", "unexpected", false, "unknown"],
  [418, "", "unexpected", false, "unknown"],
] as const)("takes status %i with %j for %s", (status, message, code, retryable, outcome) => {
  expect(refused(status, message)).toMatchObject({ code, retryable, outcome });
});

it("takes the outcome of a read for known", () => {
  expect(refused(503, "", {}, "GET").outcome).toBe("not-done");
});

it.each([
  [{ "retry-after": "12" }, "", 12_000],
  [{ "retry-after": new Date(now + 30_000).toUTCString() }, "", 30_000],
  [{ "ratelimit-reset": String(now / 1000 + 90) }, "", 90_000],
  [{ "retry-after": "7", "ratelimit-reset": String(now / 1000 + 90) }, "", 7_000],
  [{ "ratelimit-reset": String(now / 1000 - 90) }, "", 1_000],
  [{ "retry-after": "1000000" }, "", 3_600_000],
  [{ "ratelimit-reset": String(now / 1000 + 90) }, "only one request per 10m0s allowed", 600_000],
  [{}, "", undefined],
  [{ "retry-after": "soon" }, "", undefined],
])("after a 429 with %j and %j waits %d ms", (headers, message, milliseconds) => {
  expect(refused(429, message, headers as Record<string, string>).retryAfterMs).toBe(milliseconds);
});

it.each([
  [429, "API Rate limit exceeded.", "location"],
  [429, "snapshots of a volume are limited to one request per 10m0s", "disk"],
  [403, "volume snapshot limit exceeded", "disk"],
  [422, "you have reached the limit of 25 snapshots", "disk"],
  [403, "volume/snapshot capacity limit exceeded", "account"],
  [401, "", "account"],
  [403, "", "location"],
  [404, "", "snapshot"],
  [409, "", "snapshot"],
  [503, "", "location"],
] as const)("status %i with %j, said of a snapshot, is about the %s", (status, message, scope) => {
  const refusal = { response: { status, headers: new Headers() }, body: { message }, now };
  expect(errorOfAnswer(refusal, { ...creation, about: "snapshot" }).scope).toBe(scope);
});

it("is about the volume where nothing else is said", () => {
  expect(refused(404).scope).toBe("disk");
});

it("says which scopes a token lacks, and which variable holds one that is refused", () => {
  expect(refused(403, "nope").message).toBe(
    "creating snapshot s: HTTP status 403, nope: give the token the scopes block_storage_snapshot:create and tag:create",
  );
  expect(refused(401).message).toContain("DIGITALOCEAN_ACCESS_TOKEN");
});

it.each([
  ["ECONNREFUSED", "not-done"],
  ["ENOTFOUND", "not-done"],
  ["ECONNRESET", "unknown"],
  ["UND_ERR_SOCKET", "unknown"],
])("after %s the outcome of a creation is %s", (code, outcome) => {
  const error = Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("low"), { code }) });
  expect(errorOfTransport(error, { doing: "creating", changes: true })).toMatchObject({ code: "unavailable", outcome });
});
