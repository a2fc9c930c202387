import { expect, it } from "vitest";
import { ChangeFeed } from "./change-feed.ts";

type Stream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** What has arrived by now, and the end. */
async function read(stream: Stream | undefined, pieces: number): Promise<string> {
  const reader = (stream as Stream).getReader();
  let text = "";
  for (let piece = 0; piece < pieces; piece++) {
    const { done, value } = await reader.read();
    if (done) return `${text}END`;
    text += new TextDecoder().decode(value);
  }
  reader.releaseLock();
  return text;
}

function lastIdOf(text: string): string {
  return /(?:.*\n)*id: (\S+)/.exec(text)?.[1] ?? "";
}

it("tells each listener what changed", async () => {
  const feed = new ChangeFeed();
  const [one, other] = [feed.listen(), feed.listen()];
  feed.publish(["a", "b"]);
  feed.publish([]);
  for (const stream of [one, other]) {
    expect(await read(stream, 2)).toMatch(
      /event: hello\ndata: \{\}\n\nid: \S+-1\nevent: changed\ndata: \{"volumes":\["a","b"\]\}\n\n$/,
    );
  }
  expect(feed.listeners).toBe(2);
});

it("goes on after the last event that somebody had", async () => {
  const feed = new ChangeFeed();
  const first = feed.listen();
  feed.publish(["a"]);
  const lastId = lastIdOf(await read(first, 2));
  await first?.cancel();
  expect(feed.listeners).toBe(0);
  feed.publish(["b"]);
  const back = await read(feed.listen(lastId), 1);
  expect(back).toContain('{"volumes":["b"]}');
  expect(back).not.toContain('{"volumes":["a"]}');
});

it.each([
  ["another process", () => "other-1"],
  ["an id that is none", () => "nonsense"],
  ["an event that is forgotten", (run: string) => `${run}-1`],
  ["an event that is to come", (run: string) => `${run}-99`],
])("lets who comes back with %s begin anew", async (_, lastId) => {
  const feed = new ChangeFeed({ mostRemembered: 1 });
  const [run = ""] = lastIdOf(await read(feed.listen(), 1)).split("-");
  for (const name of ["a", "b", "c"]) feed.publish([name]);
  expect(await read(feed.listen(lastId(run)), 1)).toContain("event: reset");
});

it("lets go of who does not read, and of nobody else", async () => {
  const feed = new ChangeFeed({ mostWaiting: 400 });
  const slow = feed.listen();
  const quick = feed.listen();
  await read(quick, 1);
  for (let change = 0; change < 20; change++) {
    feed.publish([`PersistentVolumeClaim/shop/data-${change}`]);
    await read(quick, 1);
  }
  expect(feed.listeners).toBe(1);
  expect(await read(slow, 20)).toContain("END");
});

it("names no endless list of volumes", async () => {
  const feed = new ChangeFeed();
  const stream = feed.listen();
  feed.publish(Array.from({ length: 201 }, (_, index) => `${index}`));
  expect(await read(stream, 2)).toContain("event: reset\ndata: {}");
});

it("ends all when it is disposed of", async () => {
  const feed = new ChangeFeed();
  const stream = feed.listen();
  feed[Symbol.dispose]();
  expect(await read(stream, 3)).toContain("END");
});
