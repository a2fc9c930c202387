import { describe, expect, it } from "vitest";
import { readBody } from "./read-body.ts";
import { type Page, readPages } from "./read-pages.ts";

function pages(next: (token: string | undefined) => string | undefined): AsyncGenerator<string | undefined, void> {
  return readPages(async (token): Promise<Page<string | undefined>> => ({ items: [token], next: next(token) }));
}

describe("a list in pages", () => {
  it("has the items of all of them", async () => {
    const order: Record<string, string | undefined> = { first: "2", "2": "3" };
    expect(await Array.fromAsync(pages((token) => order[token ?? "first"]))).toEqual([undefined, "2", "3"]);
  });

  it("net-2: that leads back to a page is an error, not a list without end", async () => {
    const round = Array.fromAsync(pages((token) => (token === "2" ? "3" : "2")));
    await expect(round).rejects.toMatchObject({
      code: "unexpected",
      message: "the list leads back to a page that was read",
    });
  });

  it("net-2: that has no end is an error, too", async () => {
    let count = 0;
    const endless = readPages(async () => ({ items: [], next: String(count++) }), undefined, 1_000);
    await expect(Array.fromAsync(endless)).rejects.toMatchObject({ code: "unexpected", scope: "location" });
    expect(count).toBe(1_000);
  });

  it("is not whole where a page fails", async () => {
    const failing = readPages(async (token) => {
      if (token !== undefined) throw new Error("the second page");
      return { items: [1], next: "2" };
    });
    await expect(Array.fromAsync(failing)).rejects.toThrow("the second page");
  });
});

describe("an answer", () => {
  async function* chunks(count: number): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n += 1) yield Buffer.from("grün ");
  }

  it("is read whole", async () => expect(await readBody(chunks(3))).toBe("grün grün grün "));

  it("net-2: without end is an error, and is not read on", async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 1;
        yield new Uint8Array(1_000);
      }
    }
    await expect(readBody(endless(), 10_000)).rejects.toMatchObject({ code: "unexpected", outcome: "unknown" });
    expect(read).toBe(11);
  });
});
