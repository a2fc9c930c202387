/** Characters: more than most texts of AWS's have, and a tag or two. Tags that are longer are refused if they come in pieces. */
const LOOK_AHEAD = 4 * 1024;

/** Deeper than any answer of EC2's. */
const deepest = 64;

const [exclamationMark, slash, lessThan, equals, greaterThan, questionMark] = [0x21, 0x2f, 0x3c, 0x3d, 0x3e, 0x3f];
const entity = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]*));/gi;
const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** An answer that is not XML, or not all of it. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

/**
 * Reads an XML document from its root to its end, element by element, in the order in which it stands there. Each element
 * that {@link child} opens must be read by {@link text}, {@link skip}, or by {@link child} until that says `undefined`.
 *
 * It takes what AWS's services write: no document type, no text between elements. Attributes are passed over. What is not
 * well-formed, or is cut short, is refused, as far as it is read: so go on to the {@link end}.
 *
 * @example
 * ```ts
 * const xml = new XmlReader("<list><item>one</item><other/></list>");
 * xml.root();
 * for (let name = xml.child(); name !== undefined; name = xml.child()) {
 *   if (name === "item") console.log(xml.text());
 *   else xml.skip();
 * }
 * xml.end();
 * ```
 */
export class XmlReader {
  #xml: string;
  /** What follows. */
  #more: Iterator<string> | undefined;
  #at = 0;
  /** The names of the elements that are open. */
  readonly #open: string[] = [];
  /** Whether the innermost of them was `<name/>`. */
  #isEmpty = false;

  /** @param xml - the document, or its pieces, which are taken when it comes to them */
  constructor(xml: string | Iterator<string>) {
    this.#xml = typeof xml === "string" ? xml : "";
    this.#more = typeof xml === "string" ? undefined : xml;
  }

  /**
   * The name of the root element, which is open from now on.
   *
   * @throws {XmlError}
   */
  root(): string {
    this.#lookAhead();
    this.#passBlanks();
    if (!this.#isAtTag) throw new XmlError("there is no root element");
    return this.#openTag();
  }

  /**
   * Opens the next child of the innermost open element.
   *
   * @returns its name, or `undefined` if there is none: the element is closed then
   * @throws {XmlError}
   */
  child(): string | undefined {
    if (this.#isEmpty) return this.#closeEmpty();
    this.#lookAhead();
    this.#passBlanks();
    if (this.#isAtEndTag) return this.#closeTag();
    if (!this.#isAtTag) throw new XmlError(`${this.#innermost} holds more than elements`);
    return this.#openTag();
  }

  /**
   * The text of the innermost open element, which is closed then. Blanks with a line's end alone are no text.
   *
   * @throws {XmlError} also if it holds elements
   */
  text(): string {
    if (this.#isEmpty) return this.#closeEmpty() ?? "";
    let text = "";
    for (;;) {
      const end = this.#find("<");
      if (end > this.#at) text += decode(this.#xml.slice(this.#at, end));
      this.#at = end;
      if (this.#isAtEndTag) break;
      text += this.#cdata();
    }
    this.#closeTag();
    return text.includes("\n") && text.trim() === "" ? "" : text;
  }

  /**
   * Reads the next child if it is this one, and is written as nearly all are: `<name>text</name>`, with a text that stands
   * for itself. Quicker than {@link child} and {@link text}.
   *
   * @returns its text; `undefined`: it is another one, or written in another way, and still to be opened
   * @throws {XmlError}
   */
  leaf(name: string): string | undefined {
    if (this.#isEmpty) return undefined;
    this.#lookAhead();
    const xml = this.#xml;
    let at = this.#at;
    while (isBlank(xml.charCodeAt(at))) at++;
    const start = at + name.length + 2;
    if (xml.charCodeAt(at) !== lessThan || !this.#isTagOf(name, at + 1)) return undefined;
    const end = xml.indexOf("<", start);
    if (end === -1 || xml.charCodeAt(end + 1) !== slash || !this.#isTagOf(name, end + 2)) return undefined;
    const text = xml.slice(start, end);
    if (text.includes("&") || text.includes("\n") || text.includes("\r")) return undefined;
    this.#at = end + name.length + 3;
    return text;
  }

  /**
   * Passes over the innermost open element and all that it holds.
   *
   * @throws {XmlError}
   */
  skip(): void {
    const depth = this.#open.length;
    if (this.#isEmpty) this.#closeEmpty();
    while (this.#open.length >= depth) {
      this.#lookAhead();
      this.#at = this.#find("<");
      if (this.#isAtEndTag) this.#closeTag();
      else if (this.#isAtTag) {
        this.#openTag();
        if (this.#isEmpty) this.#closeEmpty();
      } else if (this.#isAt("<![CDATA[")) this.#cdata();
      else if (!this.#passOther()) throw new XmlError(`${this.#innermost} is not well-formed`);
    }
  }

  /**
   * To be called when the root is closed.
   *
   * @throws {XmlError} if anything follows
   */
  end(): void {
    this.#lookAhead(Number.POSITIVE_INFINITY);
    this.#passBlanks();
    if (this.#open.length > 0 || this.#at < this.#xml.length) throw new XmlError("something follows the root element");
  }

  /** Takes as many pieces as it needs to see so many characters, if there are so many. */
  #lookAhead(characters: number = LOOK_AHEAD): void {
    while (this.#more !== undefined && this.#xml.length - this.#at < characters) {
      const next = this.#more.next();
      if (next.done) this.#more = undefined;
      else {
        this.#xml = this.#xml.slice(this.#at) + next.value;
        this.#at = 0;
      }
    }
  }

  get #innermost(): string {
    return this.#open.at(-1) ?? "the document";
  }

  /** At what opens an element, or is malformed. */
  get #isAtTag(): boolean {
    const next = this.#xml.charCodeAt(this.#at + 1);
    return this.#xml.charCodeAt(this.#at) === lessThan && next !== exclamationMark && next !== questionMark;
  }

  get #isAtEndTag(): boolean {
    return this.#xml.charCodeAt(this.#at) === lessThan && this.#xml.charCodeAt(this.#at + 1) === slash;
  }

  #isAt(text: string): boolean {
    return this.#xml.startsWith(text, this.#at);
  }

  /** Whether a name and the end of a tag stand there. */
  #isTagOf(name: string, at: number): boolean {
    return this.#xml.charCodeAt(at + name.length) === greaterThan && this.#xml.startsWith(name, at);
  }

  /** Looks further ahead until it finds it. */
  #find(text: string, from: number = this.#at): number {
    let start = from - this.#at;
    for (;;) {
      const found = this.#xml.indexOf(text, this.#at + start);
      if (found !== -1) return found;
      if (this.#more === undefined) throw new XmlError(`it ends within ${this.#innermost}`);
      const seen = this.#xml.length - this.#at;
      start = Math.max(start, seen - text.length);
      this.#lookAhead(2 * seen);
    }
  }

  #openTag(): string {
    if (this.#open.length === deepest) throw new XmlError(`its elements are more than ${deepest} deep`);
    const start = this.#at + 1;
    let end = start;
    while (isInName(this.#xml.charCodeAt(end))) end++;
    if (end === start) throw new XmlError("a tag has no name");
    const name = this.#xml.slice(start, end);
    this.#at = end;
    while (!isTagEnd(this.#xml.charCodeAt(this.#at))) this.#passAttribute(name);
    this.#isEmpty = this.#xml.charCodeAt(this.#at) === slash;
    if (this.#isEmpty && this.#xml.charCodeAt(++this.#at) !== greaterThan) {
      throw new XmlError(`the tag ${name} is malformed`);
    }
    this.#at++;
    this.#open.push(name);
    return name;
  }

  #passAttribute(name: string): void {
    const attribute = /\s+(?:[^\s=<>/"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))?/y;
    attribute.lastIndex = this.#at;
    if (!attribute.test(this.#xml)) throw new XmlError(`the tag ${name} is malformed`);
    this.#at = attribute.lastIndex;
  }

  #closeTag(): undefined {
    const open = this.#open.pop() ?? "";
    const isExact = this.#isTagOf(open, this.#at + 2);
    const end = isExact ? this.#at + 2 + open.length : this.#find(">");
    const start = this.#at + 2;
    if (!isExact && this.#xml.slice(start, end).trimEnd() !== open) {
      throw new XmlError(`${open} is closed by ${this.#xml.slice(start, Math.min(end, start + 100))}`);
    }
    this.#at = end + 1;
    return undefined;
  }

  #closeEmpty(): undefined {
    this.#isEmpty = false;
    this.#open.pop();
    return undefined;
  }

  /** Its text; nothing for a comment or an instruction. */
  #cdata(): string {
    if (!this.#isAt("<![CDATA[")) {
      if (this.#passOther()) return "";
      throw new XmlError(`${this.#innermost} holds more than text`);
    }
    const end = this.#find("]]>", this.#at + "<![CDATA[".length);
    const start = this.#at + "<![CDATA[".length;
    this.#at = end + "]]>".length;
    return withLineFeeds(this.#xml.slice(start, end));
  }

  /** Passes over a comment or an instruction, if it is at one. */
  #passOther(): boolean {
    if (this.#xml.charCodeAt(this.#at) !== lessThan || this.#isAtEndTag) return false;
    if (this.#isAt("<!--")) this.#at = this.#find("-->", this.#at + 2) + 3;
    else if (this.#isAt("<?")) this.#at = this.#find("?>", this.#at + 1) + 2;
    else return false;
    return true;
  }

  #passBlanks(): void {
    do {
      while (isBlank(this.#xml.charCodeAt(this.#at))) this.#at++;
    } while (!this.#isAtTag && this.#passOther());
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function isTagEnd(code: number): boolean {
  return code === greaterThan || code === slash;
}

/** `NaN`, which is the document's end, is none. */
function isInName(code: number): boolean {
  // Most are letters: so that one comparison is enough for them.
  return code > questionMark || (code > 0x20 && !isTagEnd(code) && code !== lessThan && code !== equals);
}

function decode(text: string): string {
  const lines = withLineFeeds(text);
  if (!lines.includes("&")) return lines;
  return lines.replace(entity, (whole, hexadecimal?: string, decimal?: string, name: string = "") => {
    const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : decimal ? Number(decimal) : undefined;
    const character =
      code === undefined ? namedEntities[name] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (character === undefined) throw new XmlError(`${whole} is no character`);
    return character;
  });
}

function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}
