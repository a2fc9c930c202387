import { pino } from "pino";
import { expect, it } from "vitest";
import { EventBus } from "./event-bus.ts";

function bus() {
  const lines: Record<string, unknown>[] = [];
  const failures: string[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { lines, failures, bus: new EventBus<{ type: string }>(logger, (name) => failures.push(name)) };
}

it("listen-1: what one listener throws is logged and counted, and the others hear the event", () => {
  const { bus: events, lines, failures } = bus();
  const heard: string[] = [];
  events.on("broken", () => {
    throw new Error("no disk left");
  });
  events.on("log", ({ type }) => heard.push(type));
  events.emit({ type: "snapshot.ready" });
  events.emit({ type: "snapshot.expired" });
  expect(heard).toEqual(["snapshot.ready", "snapshot.expired"]);
  expect(failures).toEqual(["broken", "broken"]);
  expect(lines[0]).toMatchObject({ event: "listener.failed", listener: "broken", type: "snapshot.ready" });
});

it("a listener that is called off hears nothing more", () => {
  const { bus: events } = bus();
  const heard: string[] = [];
  const listening = events.on("log", ({ type }) => heard.push(type));
  events.emit({ type: "a" });
  listening[Symbol.dispose]();
  events.emit({ type: "b" });
  expect(heard).toEqual(["a"]);
});
