import { expect, it } from "vitest";
import { BackendError, type BackendErrorCode, type BackendErrorScope } from "./backend-error.ts";

it.each<[BackendErrorCode, BackendErrorScope]>([
  ["in-use", "snapshot"],
  ["locked", "snapshot"],
  ["aborted", "disk"],
  ["invalid", "disk"],
  ["limit-reached", "disk"],
  ["not-found", "disk"],
  ["unexpected", "disk"],
  ["forbidden", "location"],
  ["throttled", "location"],
  ["unavailable", "location"],
  ["unauthenticated", "account"],
])("%s is about the %s, unless the backend says otherwise", (code, scope) => {
  expect(new BackendError(code, "refused").scope).toBe(scope);
  expect(new BackendError(code, "refused", { scope: "account" }).scope).toBe("account");
});
