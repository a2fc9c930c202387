import { averageMilliseconds, parseDeltas } from "@k8s-snapshots/retention";
import { explainRetention, type Scheduler, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import { goingMark, markOfRank } from "../drawing/marks.ts";
import type { Canvas } from "../drawing/style.ts";
import { drawRow, drawScale, type PlacedMark, type Timeline, timelineOf } from "../drawing/timeline.ts";
import { ageInWords } from "../drawing/words.ts";
import type { DemoVolume } from "./demo-volumes.ts";

type Inspect = Pick<Scheduler, "inspect">;

const NAME_WIDTH = 10;
const TAIL_WIDTH = 16;
const LINES_OF_EVENTS = 3;

/**
 * The demo on a terminal: a row of marks for each volume, with time in which they wander to the left and thin out, and the
 * last thing that happened. Whoever shows it draws it again and again.
 */
export class DemoScreen {
  readonly #canvas: Canvas;
  readonly #volumes: readonly DemoVolume[];
  readonly #timeline: Timeline;
  readonly #taken = new Map<string, number>();
  readonly #widest: number;
  #startedAt: number | undefined;

  /** What happened last, the newest at the end. */
  #happened: readonly string[] = [];

  /** What is shown from then on. */
  readonly #said: string[] = [];
  #scheduler: Inspect | undefined;

  constructor(volumes: readonly DemoVolume[], canvas: Canvas) {
    this.#canvas = canvas;
    const width = canvas.width - NAME_WIDTH - TAIL_WIDTH - 4;
    const drawn = volumes.filter(({ by }) => by !== "nothing");
    const durations = drawn.flatMap(({ deltas }) => parseDeltas(deltas).durations.map(averageMilliseconds));
    this.#timeline = timelineOf(width, Math.max(...durations), Math.min(...durations));
    this.#volumes = volumes;
    this.#widest = Math.max(...volumes.map(({ name }) => name.length));
  }

  /** What the scheduler does. */
  onEvent(event: SchedulerEvent, scheduler: Inspect): void {
    this.#scheduler = scheduler;
    if (!("disk" in event)) return;
    const { disk } = event;
    const name = this.#volumes.find(({ path }) => path === disk.id)?.name ?? disk.id;
    const say = (text: string): void => {
      const line = `${this.#canvas.time(Date.now()).slice(11, 19)}  ${name.padEnd(this.#widest)}  ${text}`;
      this.#happened = [...this.#happened, line].slice(-LINES_OF_EVENTS);
    };
    if (event.type === "snapshot.ready") {
      this.#taken.set(disk.id, (this.#taken.get(disk.id) ?? 0) + 1);
      say("a snapshot was taken");
    }
    if (event.type === "snapshot.expired") {
      const age = Math.round((Date.now() - event.deletion.createdAt) / 1_000);
      say(`the one of ${age} s ago expired: a neighbour stands for it`);
    }
    if (event.type === "snapshot.failed") say(event.error.message);
  }

  /** Shows a line from now on. */
  say(line: string): void {
    this.#said.push(line);
  }

  /** @param now - in milliseconds since 1970 */
  lines(now: number): readonly string[] {
    const { paint, width } = this.#canvas;
    this.#startedAt ??= now;
    const title = "k8s-snapshots demo";
    const about = "   four volumes on this machine; seconds stand for hours";
    const passed = ageInWords(now - this.#startedAt).padStart(width - title.length - about.length);
    const scale = drawScale(this.#canvas, this.#timeline);
    const asked = this.#volumes.filter(({ by }) => by !== "nothing");
    const schedules = asked.map(({ name, deltas }) => `${name} ${deltas}`).join(", ");
    return [
      `${paint("strong", title)}${about}${paint("soft", passed)}`,
      paint("soft", schedules),
      "",
      `  ${" ".repeat(NAME_WIDTH)}${scale}`,
      ...this.#volumes.map((volume) => this.#row(volume, now)),
      "",
      `  ${this.#legend()}`,
      ...this.#said.map((line) => `  ${line}`),
      "",
      ...Array.from({ length: LINES_OF_EVENTS }, (_, index) =>
        paint("soft", `  ${this.#happened[index] ?? ""}`.trimEnd()),
      ),
    ];
  }

  #row(volume: DemoVolume, now: number): string {
    if (volume.by === "nothing") {
      const name = volume.name.padEnd(NAME_WIDTH);
      return `  ${name}${this.#canvas.paint("bad", "not safe: no rule asks for snapshots of it")}`;
    }
    const { marks, kept } = this.#marksOf(volume, now);
    const counted = `kept ${kept} of ${this.#taken.get(volume.path) ?? 0}`;
    return `  ${volume.name.padEnd(NAME_WIDTH)}${drawRow(this.#canvas, this.#timeline, marks)}  ${counted}`;
  }

  #marksOf({ path }: DemoVolume, now: number): { readonly marks: readonly PlacedMark[]; readonly kept: number } {
    const known = this.#scheduler?.inspect("local", { location: "local", id: path });
    const decision = known && explainRetention(known.state, known.present);
    if (decision === undefined) return { marks: [], kept: 0 };
    const kept = decision.kept.map(({ snapshot, reasons }) => {
      const ranks = reasons.map((reason) => (reason.kind === "generation" ? reason.generation.index : 0));
      return { age: now - snapshot.createdAt, mark: markOfRank(Math.max(...ranks)) };
    });
    const going = decision.expired.map(({ snapshot }) => ({ age: now - snapshot.createdAt, mark: goingMark }));
    return { marks: [...going, ...kept], kept: kept.length };
  }

  #legend(): string {
    const { paint } = this.#canvas;
    const drawn = [markOfRank(0), markOfRank(1), goingMark].map(({ style, glyph }) => paint(style, glyph));
    const words = ["one of the close ones", "one of the wider ones", "goes next"];
    return drawn.map((glyph, index) => `${glyph} ${words[index]}`).join("   ");
  }
}
