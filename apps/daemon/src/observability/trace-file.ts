import { type FileHandle, open, rename } from "node:fs/promises";
import { type TraceEvent, TraceRecorder } from "@k8s-snapshots/scheduler/trace";
import type { Logger } from "pino";
import packageJson from "../../package.json" with { type: "json" };
import { errorFields } from "./error-fields.ts";

/** Where a trace goes. */
export interface TraceFileOptions {
  readonly path: string;

  /** The file is moved to `PATH.1` before it gets larger, in bytes. */
  readonly maxBytes: number;
  readonly logger: Logger;

  /** How much may wait to be written, in bytes: more is dropped, and counted. Default: 16 MiB. */
  readonly maxWaiting?: number;
}

const MAX_WAITING = 16 * 1024 * 1024;

/** What waits to be written: text, or the end of a file. */
type Waiting = { readonly text: string; readonly bytes: number } | "rotate";

/**
 * Writes a trace to a file, and blocks nothing: what the disk does not take in time is dropped and counted in the trace; an
 * error is logged once, and ends the trace.
 */
export class TraceFile implements AsyncDisposable {
  readonly #options: TraceFileOptions;
  readonly #recorder = new TraceRecorder(packageJson.version);
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Of the file, once all that waits is written. */
  #size: number;
  #current: FileHandle;
  #dropped = 0;
  #hasFailed = false;
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: TraceFileOptions, file: FileHandle, size: number) {
    this.#options = options;
    this.#current = file;
    this.#size = size;
  }

  /** @returns `undefined` if the file cannot be written: that is logged, and no reason not to take snapshots. */
  static async open(options: TraceFileOptions): Promise<TraceFile | undefined> {
    const { path, maxBytes, logger } = options;
    try {
      const file = await openToAppend(path);
      const { size } = await file.stat();
      const trace = new TraceFile(options, file, size);
      if (size >= maxBytes) trace.#rotate();
      // A process that was killed may have left half a line.
      else if (size > 0) trace.#enqueue("\n");
      return trace;
    } catch (error) {
      logger.error(
        { event: "trace.failed", path, ...errorFields(error) },
        `cannot write the trace ${path}; set TRACE_FILE to a file that can be written`,
      );
      return undefined;
    }
  }

  /** Writes an event down, some time soon. Never throws. */
  readonly onTrace = (event: TraceEvent): void => {
    if (this.#hasFailed) return;
    const { maxBytes, maxWaiting = MAX_WAITING } = this.#options;
    if (this.#dropped > 0 && this.#waitingBytes > maxWaiting / 2) {
      this.#dropped++;
      return;
    }
    const moment = momentOf(event);
    const begin = this.#dropped > 0 ? this.#recorder.drop(this.#dropped) : "";
    let text = begin + this.#recorder.record(event);
    if (this.#size + Buffer.byteLength(text) > maxBytes) {
      text = this.#recorder.restart(moment) + begin + this.#recorder.record(event);
      if (this.#size > 0) this.#rotate();
    }
    const bytes = Buffer.byteLength(text);
    if (this.#waitingBytes + bytes > maxWaiting || bytes > maxBytes) {
      this.#dropped++;
      return;
    }
    this.#dropped = 0;
    this.#enqueue(text, bytes);
  };

  /** Waits until all is written. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#dropped > 0 && !this.#hasFailed) this.#enqueue(this.#recorder.drop(this.#dropped));
    await this.#writing;
    await this.#current.close().catch(() => {});
  }

  #rotate(): void {
    this.#waiting.push("rotate");
    this.#size = 0;
  }

  #enqueue(text: string, bytes = Buffer.byteLength(text)): void {
    this.#waiting.push({ text, bytes });
    this.#waitingBytes += bytes;
    this.#size += bytes;
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writing = this.#write();
  }

  async #write(): Promise<void> {
    try {
      // So that what happens at one moment is written at once.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#waiting.length > 0) await this.#writeBatch();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isWriting = false;
    }
  }

  async #writeBatch(): Promise<void> {
    const end = this.#waiting.indexOf("rotate");
    if (end === 0) {
      this.#waiting.shift();
      await this.#moveAway();
      return;
    }
    const batch = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end) as Exclude<Waiting, "rotate">[];
    await this.#current.appendFile(batch.map(({ text }) => text).join(""));
    for (const { bytes } of batch) this.#waitingBytes -= bytes;
  }

  async #moveAway(): Promise<void> {
    const { path } = this.#options;
    await this.#current.close();
    await rename(path, `${path}.1`);
    this.#current = await openToAppend(path);
  }

  #fail(error: unknown): void {
    const { logger, path } = this.#options;
    this.#hasFailed = true;
    this.#waiting = [];
    logger.error(
      { event: "trace.failed", path, ...errorFields(error) },
      `cannot write the trace ${path}: it ends here`,
    );
  }
}

/** Readable for its owner alone: it names volumes and namespaces. */
async function openToAppend(path: string): Promise<FileHandle> {
  const file = await open(path, "a", 0o600);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error(`${path} is not a file`);
}

function momentOf(event: TraceEvent): Parameters<TraceRecorder["restart"]>[0] {
  return event.type === "fact" ? event.present.moment : event.moment;
}
