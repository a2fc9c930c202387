import type { Logger } from "pino";
import { errorFields } from "../observability/error-fields.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { CoverageBoard } from "./coverage-board.ts";

/** How often it is looked at what changed, and after how many looks listeners hear that the connection lives. */
const LOOK_MS = 2_000;
const LOOKS_A_BEAT = 10;

/** Looks at the board as long as somebody listens to its changes, and not at all where nobody does. */
export class ChangeWatch implements Disposable {
  readonly #board: Pick<CoverageBoard, "read">;
  readonly #feed: Pick<ChangeFeed, "beat" | "listeners">;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #looks = 0;

  constructor(board: Pick<CoverageBoard, "read">, feed: Pick<ChangeFeed, "beat" | "listeners">, logger: Logger) {
    this.#board = board;
    this.#feed = feed;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking || this.#feed.listeners === 0) return;
    this.#isLooking = true;
    try {
      if (++this.#looks % LOOKS_A_BEAT === 0) this.#feed.beat();
      await this.#board.read();
    } catch (error) {
      this.#logger.error({ event: "page.error", ...errorFields(error) }, "cannot tell what changed on the status page");
    } finally {
      this.#isLooking = false;
    }
  }
}
