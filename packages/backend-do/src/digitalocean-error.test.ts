import { expect, it } from "vitest";
import { errorOfAnswer, errorOfTransport } from "./digitalocean-error.ts";

const now = Date.UTC(2026, 0, 1);
const creation = {
  changes: true,
  doing: "creating snapshot s",
  scopes: ["block_storage_snapshot:create", "tag:create"],
};

function refused(status: number, message = "", headers: Record<string, string> = {}, changes = true) {
  const text = JSON.stringify({ id: "an_id", message });
  return errorOfAnswer({ status, headers, text, now }, { ...creation, changes });
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
  expect(refused(503, "", {}, false).outcome).toBe("not-done");
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
  [429, "API Rate limit exceeded.", "account"],
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
  const refusal = { status, headers: {}, text: JSON.stringify({ message }), now };
  expect(errorOfAnswer(refusal, { ...creation, about: "snapshot" }).scope).toBe(scope);
});

it("is about the volume where nothing else is said", () => {
  expect(refused(404).scope).toBe("disk");
});

it("says which scopes a token lacks, and which variable holds one that is refused", () => {
  expect(refused(403, "nope").message).toBe(
    'creating snapshot s: HTTP status 403, "nope": give the token the scopes block_storage_snapshot:create and tag:create',
  );
  expect(refused(401).message).toContain("DIGITALOCEAN_ACCESS_TOKEN");
});

it.each([
  ['{"id":"bad_request","message":"no \\u001b[31m\\u202ered"}', 'HTTP status 400, "no \\u001b[31m\\u202ered"'],
  ["<html>\n  <title>Bad \u0007Request</title>", 'HTTP status 400, "<html> <title>Bad \\u0007Request</title>"'],
  [JSON.stringify({ message: 7 }), 'HTTP status 400, "{"message":7}"'],
  ["", "creating snapshot s: HTTP status 400"],
])("quotes the words of %j, so that a terminal shows them only", (text, said) => {
  const { message } = errorOfAnswer({ status: 400, headers: {}, text, now }, creation);
  expect(message).toContain(said);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(message).not.toMatch(/[\u0000-\u001f\u202e]/);
});

it("cuts words that go on and on", () => {
  const text = JSON.stringify({ message: "a".repeat(100_000) });
  expect(errorOfAnswer({ status: 400, headers: {}, text, now }, creation).message.length).toBeLessThan(400);
});

it.each(["<html>Not Found</html>", "", "{}"])("does not take a 404 with %j for DigitalOcean's", (text) => {
  const error = errorOfAnswer({ status: 404, headers: {}, text, now }, creation);
  expect(error).toMatchObject({ code: "unexpected", outcome: "unknown" });
});

it.each([
  [Number(2_937_600), 3_600_000],
  [1e15, 3_600_000],
  [-5, 1_000],
  [0, 1_000],
])("net-3: Retry-After of %d s is obeyed for %d ms", (seconds, milliseconds) => {
  expect(refused(429, "", { "retry-after": String(seconds) }).retryAfterMs).toBe(milliseconds);
});

it("net-3: a wait that the message names is clamped, too", () => {
  expect(refused(429, "limited to one request per 816h0m0s").retryAfterMs).toBe(3_600_000);
});

it.each([
  ["ECONNREFUSED", "connect", "not-done", "the connection was refused (ECONNREFUSED)"],
  ["EHOSTUNREACH", "connect", "not-done", "no route to the host (EHOSTUNREACH)"],
  ["ECONNRESET", "read", "unknown", "the connection was reset (ECONNRESET)"],
])("net-1: after %s in %s the outcome of a creation is %s", (code, syscall, outcome, reason) => {
  const error = new Error("of axios", { cause: Object.assign(new Error("low"), { code, syscall }) });
  const expected = { code: "unavailable", outcome, retryable: true, message: `creating: ${reason}` };
  expect(errorOfTransport(error, { doing: "creating", changes: true })).toMatchObject(expected);
  expect(errorOfTransport(error, { doing: "listing" }).outcome).toBe("not-done");
});
