import { expect, it, vi } from "vitest";
import { requestSignal, throwIfAborted } from "./abort.ts";

it("an aborted call is an error of code aborted, with the caller's reason", () => {
  const reason = new Error("over");
  expect(() => throwIfAborted({ signal: AbortSignal.abort(reason) })).toThrow(
    expect.objectContaining({ code: "aborted", cause: reason }),
  );
  expect(() => throwIfAborted({ signal: new AbortController().signal })).not.toThrow();
  expect(() => throwIfAborted(undefined)).not.toThrow();
});

it("a request ends when the caller says so, or when its time is over", () => {
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
  const caller = new AbortController();
  const first = requestSignal({ signal: caller.signal }, 5_000);
  expect(timeout).toHaveBeenCalledWith(5_000);
  caller.abort();
  expect(first.aborted).toBe(true);
  const second = requestSignal({ signal: new AbortController().signal }, 5_000);
  const third = requestSignal(undefined, 5_000);
  expect([second.aborted, third.aborted]).toEqual([false, false]);
  limit.abort();
  expect([second.aborted, third.aborted]).toEqual([true, true]);
  timeout.mockRestore();
});
