import { gzipSync } from "node:zlib";
import fc from "fast-check";

/** An answer as it goes over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The connection is cut where the body ends, although more is promised. */
  readonly isCut?: boolean;
  /** What the body says; `undefined` if nobody can tell. */
  readonly readable?: unknown;
}

/** What a cloud would answer if all was well. */
export interface SoundAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One change of a JSON text: which place, counted over all, and what stands there then. */
interface Edit {
  readonly place: number;
  readonly action: "remove" | "replace" | "rename" | "repeat";
  readonly value: unknown;
}

/** How an answer differs from a sound one. */
export type Twist =
  | { readonly kind: "none" }
  | { readonly kind: "edited"; readonly edits: readonly Edit[] }
  | { readonly kind: "shortened"; readonly share: number }
  | { readonly kind: "raw"; readonly status: number; readonly body: string }
  | { readonly kind: "refused"; readonly status: number; readonly edits: readonly Edit[]; readonly header: OddHeader }
  | { readonly kind: "redirected"; readonly status: number; readonly location: string }
  | { readonly kind: "cut"; readonly share: number }
  | { readonly kind: "packed"; readonly isSound: boolean }
  | { readonly kind: "long" };

type OddHeader = readonly [name: string, value: string];

/** Any but the halves of a pair. `fc.string` makes a table of all million of them first, a second of each run. */
const codePoint = fc.integer({ min: 0, max: 0x10_f7ff }).map((nth) => (nth < 0xd800 ? nth : nth + 0x800));

/** What a cloud's answers are deformed with. */
export interface TwistOptions {
  /** What may not be in any error. Answers repeat it. */
  readonly secret: string;
  /** The most bytes of an answer that are read. */
  readonly longestAnswer: number;
  /** A refusal in the cloud's own form. */
  readonly refusal: (status: number) => unknown;
}

/** Half of all answers are sound, so that deformed ones come after them, too. */
export function twists({ secret }: TwistOptions): fc.Arbitrary<Twist> {
  const edits = fc.array(edit(secret), { minLength: 1, maxLength: 3 });
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  return fc.oneof(
    { weight: 100, arbitrary: fc.constant({ kind: "none" as const }) },
    { weight: 90, arbitrary: fc.record({ kind: fc.constant("edited" as const), edits }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("shortened" as const), share }) },
    { weight: 12, arbitrary: fc.record({ kind: fc.constant("raw" as const), status: statuses, body: bodies(secret) }) },
    {
      weight: 20,
      arbitrary: fc.record({
        kind: fc.constant("refused" as const),
        status: statuses,
        edits: fc.array(edit(secret), { maxLength: 2 }),
        header: oddHeaders,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("redirected" as const),
        status: fc.constantFrom(300, 301, 302, 303, 304, 307, 308),
        location: fc.constantFrom("", "/", `/?token=${secret}`, "http://127.0.0.1:1/", "http://[", "javascript:1"),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("cut" as const), share }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("packed" as const), isSound: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ kind: "long" as const }) },
  );
}

/** The answer that a twist makes of a sound one. */
export function twisted({ status, body }: SoundAnswer, twist: Twist, options: TwistOptions): RawAnswer {
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = { "content-type": "application/json" };
  switch (twist.kind) {
    case "none":
      return { status, headers, body: text, readable: body };
    case "edited":
      return jsonAnswer(status, headers, edited(body, twist.edits));
    case "shortened":
      return { status, headers, body: text.slice(0, Math.floor(text.length * twist.share)) };
    case "raw":
      return { status: twist.status, headers: { "content-type": "text/html" }, body: twist.body };
    case "refused": {
      const [name, value] = twist.header;
      const said = edited(options.refusal(twist.status), twist.edits);
      return jsonAnswer(twist.status, { ...headers, [name]: value }, said);
    }
    case "redirected":
      return { status: twist.status, headers: { location: twist.location }, body: "" };
    case "cut":
      return { status, headers, body: text.slice(0, Math.floor(text.length * twist.share)), isCut: true };
    case "packed": {
      const packed = { ...headers, "content-encoding": "gzip" };
      return twist.isSound
        ? { status, headers: packed, body: gzipSync(text), readable: body }
        : { status, headers: packed, body: text };
    }
    case "long":
      return { status, headers, body: `${text}${" ".repeat(options.longestAnswer + 1)}` };
  }
}

const statuses = fc.constantFrom(
  ...[200, 201, 202, 203, 204, 206, 400, 401, 402, 403, 404, 408, 409, 410, 412, 418, 422, 429, 499, 500],
  ...[501, 502, 503, 504, 599],
);

const oddHeaders = fc.constantFrom<OddHeader>(
  ...(["", "soon", "-1", "0", "1e9", "99999999999999999999", "NaN", "Tue, 24 Nov 2026 00:00:00 GMT"] as const).flatMap(
    (value): OddHeader[] => [
      ["retry-after", value],
      ["ratelimit-reset", value],
      ["date", value],
    ],
  ),
);

/** Keys that every object inherits, or would. */
const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty", "__defineGetter__", "valueOf"];

function bodies(secret: string): fc.Arbitrary<string> {
  const deep = 20_000;
  return fc.oneof(
    fc.constantFrom(
      "",
      " ",
      "null",
      "7",
      '""',
      "[]",
      "{}",
      "[[]]",
      "{",
      '{"',
      "\u0000",
      "\ufeff{}",
      "NaN",
      "undefined",
    ),
    fc.constantFrom("<html>Bad Gateway</html>", `<html>${secret}</html>`, `Authorization: Bearer ${secret}`),
    fc.constantFrom(
      ...[
        ["[", "1", "]"],
        ['{"a":', "1", "}"],
      ].map(([open = "", inner, close = ""]) => `${open.repeat(deep)}${inner}${close.repeat(deep)}`),
    ),
    fc.array(codePoint, { maxLength: 50 }).map((points) => String.fromCodePoint(...points)),
    fc.json({ maxDepth: 3 }),
  );
}

function oddValues(secret: string): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(null, true, false, "", 0, -1, -0, 0.5, 2 ** 53, 1e308, [], {}, [null], [[]], [{}], [7]),
    fc.constantFrom<unknown>("0", "-1", "1e3", "0x10", "NaN", "99999999999999999999999", "READY", "FROZEN", "droplet"),
    fc.constantFrom<unknown>("2026-02-30T00:00:00Z", "2026-11-24T00:00:00", "+999999-01-01T00:00:00Z", "0000-00-00Z"),
    fc.constantFrom<unknown>("..", "../..", "a/b", "a?b#c", "%2e%2e", "\u001b[31m", "\u0000", "a\r\nb: c", "\u202e"),
    fc.constantFrom<unknown>(secret, `Bearer ${secret}`, { token: secret }, [secret], `\u0007x${secret}`),
    fc.constantFrom<unknown>(...inherited),
    fc.constantFrom(...inherited).map((key) => withKey({}, key, "x")),
    fc.constant("x".repeat(3_000)),
    fc.constantFrom(100, 3_000).map(nested),
    fc.jsonValue({ maxDepth: 2 }),
  );
}

function edit(secret: string): fc.Arbitrary<Edit> {
  return fc.record({
    place: fc.nat(10_000),
    action: fc.constantFrom("remove", "replace", "replace", "replace", "rename", "repeat"),
    value: oddValues(secret),
  });
}

function edited(body: unknown, edits: readonly Edit[]): unknown {
  const root = { body: structuredClone(body) };
  for (const { place, action, value } of edits) {
    const places = placesIn(root);
    if (places.length === 0) break;
    const [holder, key] = places[place % places.length] as Place;
    const list = Array.isArray(holder) ? holder : undefined;
    // A copy, since another edit may change it.
    if (action === "replace") withKey(holder, key, JSON.parse(JSON.stringify(value)));
    else if (action === "repeat" && list) list.push(list[Number(key)]);
    else if (list) list.splice(Number(key), 1);
    else {
      if (action === "rename") withKey(holder, inherited[place % inherited.length] as string, Reflect.get(holder, key));
      Reflect.deleteProperty(holder, key);
    }
  }
  return root.body;
}

type Place = readonly [holder: object, key: string];

/** Each property and each item. What is nested deeper than any answer is left as it is. */
function placesIn(holder: object, depth = 0): Place[] {
  return Object.keys(holder).flatMap((key): Place[] => {
    const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
    const inner = typeof value === "object" && value !== null && depth < 8 ? placesIn(value, depth + 1) : [];
    return [[holder, key], ...inner];
  });
}

/** Whatever the key is called. */
function withKey(holder: object, key: string, value: unknown): object {
  return Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

function jsonAnswer(status: number, headers: RawAnswer["headers"], body: unknown): RawAnswer {
  const text = body === undefined ? "" : JSON.stringify(body);
  return { status, headers, body: text, readable: text === "" ? undefined : JSON.parse(text) };
}
