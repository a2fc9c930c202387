import { notFound, unprocessable } from "./api-error.ts";

/** @see {@link https://docs.digitalocean.com/reference/api/reference/tags/} */
const wellFormed = /^[a-zA-Z0-9_\-:]{1,255}$/;

/** The account's tags: each keeps the capitals of its first use, and stays when nothing carries it any more. */
export class TagRegister {
  readonly #canonical = new Map<string, string>();

  /** In the order of their first use. */
  get names(): readonly string[] {
    return [...this.#canonical.values()];
  }

  /**
   * Enters tags, and says how the account spells them.
   *
   * @throws {ApiError} 422
   */
  enter(tags: readonly string[]): string[] {
    for (const tag of tags)
      if (!wellFormed.test(tag)) throw unprocessable(`tag ${JSON.stringify(tag)} contains invalid characters`);
    return [...new Set(tags.map((tag) => this.#enter(tag)))];
  }

  /** By its exact capitals. @throws {ApiError} 404 */
  assertKnown(tag: string): void {
    if (this.#canonical.get(tag.toLowerCase()) !== tag) throw notFound();
  }

  /** @throws {ApiError} 404 */
  remove(tag: string): void {
    this.assertKnown(tag);
    this.#canonical.delete(tag.toLowerCase());
  }

  #enter(tag: string): string {
    const known = this.#canonical.get(tag.toLowerCase());
    if (known === undefined) this.#canonical.set(tag.toLowerCase(), tag);
    return known ?? tag;
  }
}
