import { describe, expect, it } from "vitest";
import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { MalformedAnswerError } from "../client/kubernetes-error.ts";
import { createResourceTransport, type ResourcePage } from "./resource-transport.ts";

const metadata = { resourceVersion: "7" };

describe("a page of a list", () => {
  it.each([
    ["items", { metadata, items: [{ a: 1 }] }, 1],
    ["no items, as Go writes it", { metadata, items: null }, 0],
    ["no items at all", { metadata }, 0],
  ])("with %s is believed", async (_, answer, count) => {
    expect((await list(answer)).items).toHaveLength(count);
  });

  it.each([
    ["no items, and more to come", { metadata: { ...metadata, continue: "next" }, items: null }],
    ["no items, and a count of what remains", { metadata: { ...metadata, remainingItemCount: 40 } }],
    ["items that are no array", { metadata, items: { length: 0 } }],
    ["no version", { items: [] }],
  ])("list-2: with %s is refused", async (_, answer) => {
    await expect(list(answer)).rejects.toThrow(MalformedAnswerError);
  });
});

function list(answer: unknown): Promise<ResourcePage> {
  const client = { request: () => Promise.resolve(answer) } as unknown as KubernetesClient;
  return createResourceTransport(client, "/api/v1/things").list({ limit: 1, signal: new AbortController().signal });
}
