import { DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wholeCount } from "../../../test-support/whole-count.ts";
import { answeringClient } from "../test/answering-client.ts";
import { escapeText, pageXml, unreadElements, type XmlStyle } from "../test/snapshot-xml.ts";
import { AnswerText } from "./answer-text.ts";
import type { Ec2SnapshotPage } from "./ec2-api.ts";
import { readSnapshotPage, SnapshotPageReader } from "./snapshot-page.ts";

const text = fc.oneof(
  fc.string({ maxLength: 30, unit: "grapheme" }),
  fc.constantFrom(
    "&amp;",
    "a&b",
    "&unclosed",
    "<![CDATA[",
    "]]",
    "-->",
    "a\nb",
    "ünïcödé 😀",
    "__proto__",
    " ",
    "\n",
    " \n\t",
  ),
);
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const date = fc.date({ min: new Date("2006-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
const snapshot = fc.record({
  SnapshotId: optional(text),
  VolumeId: optional(text),
  State: optional(fc.constantFrom("pending", "completed", "error", "melting")),
  StateMessage: optional(text),
  StartTime: optional(date),
  Description: optional(text),
  VolumeSize: optional(fc.nat()),
  Tags: optional(fc.array(fc.record({ Key: optional(text), Value: optional(text) }), { maxLength: 5 })),
});
const page = fc.record({
  Snapshots: optional(fc.array(snapshot, { maxLength: 5 })),
  NextToken: optional(text),
});

/** Ways to write a text that mean the same. */
const texts: readonly XmlStyle["text"][] = [
  escapeText,
  (value) => value.replace(/[^a-z]/g, (character) => numeric(character)),
  (value) => `<![CDATA[${value.replaceAll("]]>", "]]]]><![CDATA[>").replaceAll("\r", "")}]]>`,
  (value) => `<!-- a <comment> -->${escapeText(value)}<?an instruction?>`,
];
const style = fc.record({
  blank: fc.constantFrom("", "\n", "\r\n  ", "\n<!-- <item> -->\n", "\n\t"),
  text: fc.constantFrom(...texts),
  others: fc.constantFrom(
    "",
    unreadElements,
    "<new at=\"1\" other='>'><snapshotId>no</snapshotId><item><tagSet/></item></new>",
    "<deep><deeper><deepest/></deeper><![CDATA[</deep>]]></deep>",
    "<constructor/><toString>x</toString>",
  ),
});

describe("a page is read as the SDK does", () => {
  test("however it is written", async () => {
    await fc.assert(
      fc.asyncProperty(page, style, async (written, how) => {
        const xml = pageXml(written, how);
        expect(readSnapshotPage(xml)).toEqual(await readBySdk(xml));
      }),
      { numRuns: wholeCount(1_000, 200) },
    );
  });

  test("and alike in pieces, wherever they are cut, and from bytes", () => {
    fc.assert(
      fc.property(page, style, fc.array(fc.nat(2_000), { maxLength: 8 }), (written, how, cuts) => {
        const xml = pageXml(written, how);
        const bytes = Buffer.from(xml);
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        const reader = new SnapshotPageReader(new AnswerText(chunks).pieces());
        const { Snapshots = [], NextToken } = readSnapshotPage(xml);
        expect([...reader.snapshots()]).toEqual(Snapshots);
        expect(reader.nextToken).toBe(NextToken);
      }),
      { numRuns: 500 },
    );
  });

  test("a page of many pieces, and what follows its end is found", () => {
    const Snapshots = Array.from({ length: 2_000 }, (_, index) => ({ SnapshotId: `snap-${index}`, VolumeId: "vol-1" }));
    const xml = pageXml({ Snapshots });
    const read = (text: string) => [
      ...new SnapshotPageReader(new AnswerText([Buffer.from(text)]).pieces()).snapshots(),
    ];
    expect(read(xml)).toEqual(Snapshots);
    expect(() => read(`${xml.trimEnd()}<more/>`)).toThrow(expect.objectContaining({ name: "XmlError" }));
    expect(() => read(xml.slice(0, -60))).toThrow(expect.objectContaining({ name: "XmlError" }));
  });

  test("however long a text is, and whatever it holds", () => {
    const Description = `a&b<c>${"d".repeat(100_000)}`;
    const written = { Snapshots: [{ SnapshotId: "snap-1", Description, Tags: [{ Key: "a", Value: Description }] }] };
    for (const text of texts) {
      const bytes = Buffer.from(pageXml(written, { blank: "\n", text, others: "" }));
      const reader = new SnapshotPageReader(new AnswerText([bytes]).pieces());
      expect([...reader.snapshots()]).toEqual(written.Snapshots);
    }
  });

  test("or refused, wherever it is cut", async () => {
    const xml = pageXml({ Snapshots: [{ SnapshotId: "snap-1", Tags: [{ Key: "a", Value: "b" }] }], NextToken: "next" });
    const whole = readSnapshotPage(xml);
    for (let length = 0; length < xml.trimEnd().length; length++) {
      expect(() => readSnapshotPage(xml.slice(0, length)), xml.slice(0, length)).toThrow();
    }
    expect(readSnapshotPage(xml.trimEnd())).toEqual(whole);
  });

  test("or refused, whatever is changed in it", async () => {
    const change = fc.record({
      at: fc.nat(),
      length: fc.nat({ max: 12 }),
      put: fc.constantFrom("", "<", ">", "/", "&", "x", "</item>", "<item>", "<!--", "]]>", '"', " "),
    });
    await fc.assert(
      fc.asyncProperty(page, style, change, async (written, how, { at, length, put }) => {
        const xml = pageXml(written, how);
        const from = at % xml.length;
        // As bytes: half a character is no text.
        const changed = Buffer.from(xml.slice(0, from) + put + xml.slice(from + length)).toString();
        let own: Ec2SnapshotPage;
        try {
          own = readSnapshotPage(changed);
        } catch {
          return;
        }
        const hasOddDate = own.Snapshots?.some(({ StartTime }) => Number.isNaN(StartTime?.getTime() ?? 0));
        if (hasOddDate || hasTextBetween(changed) || hasHighNumber(changed)) return;
        const bySdk = await readBySdk(changed).catch((error: Error) => {
          // It reads more fields, and may refuse one of those.
          if (!error.message.includes("XML parse error")) return own;
          throw error;
        });
        expect(own).toEqual(bySdk);
      }),
      { numRuns: wholeCount(2_000, 400) },
    );
  });

  test("also if it is big", async () => {
    const Snapshots = Array.from({ length: 1000 }, (_, index) => ({
      SnapshotId: `snap-${index}`,
      VolumeId: "vol-0123456789abcdef0",
      State: "completed",
      StartTime: new Date(1_790_000_000_000 + index),
      Description: "data-1 & others",
      VolumeSize: 8,
      Tags: Array.from({ length: 50 }, (_, tag) => ({ Key: `key-${tag}`, Value: "v".repeat(200) })),
    }));
    const xml = pageXml({ Snapshots, NextToken: "next" });
    expect(xml.length).toBeGreaterThan(10_000_000);
    expect(readSnapshotPage(xml)).toEqual(await readBySdk(xml));
  });
});

describe("what the SDK refuses, or reads wrongly, without need", () => {
  test.each(["yesterday", "", "2026-02-30T00:00:00.000Z", "2026-11-23", "2026-13-01T00:00:00Z", "1763899200"])(
    "the date %j is invalid, and the rest of the list is read",
    (startTime) => {
      const xml = pageXml({ Snapshots: [{ SnapshotId: "snap-1" }, { SnapshotId: "snap-2" }] });
      const odd = xml.replace("<snapshotId>snap-1</snapshotId>", `$&<startTime>${startTime}</startTime>`);
      const [one, other] = readSnapshotPage(odd).Snapshots ?? [];
      expect(one?.StartTime?.getTime()).toBeNaN();
      expect(other).toEqual({ SnapshotId: "snap-2" });
    },
  );

  test("blanks between elements need no line's end", () => {
    const xml = pageXml({ Snapshots: [{ SnapshotId: "snap-1" }] }, { blank: " ", text: escapeText, others: "" });
    expect(readSnapshotPage(xml)).toEqual({ Snapshots: [{ SnapshotId: "snap-1" }] });
  });

  test("a character beyond the first plane may be written by its number", () => {
    const xml = pageXml({ NextToken: "x" }).replace(">x<", ">&#128512;&#x1F600;<");
    expect(readSnapshotPage(xml)).toEqual({ NextToken: "😀😀" });
  });
});

test.each([
  ["of another answer", "<DescribeVolumesResponse/>"],
  ["of a web page", "<!DOCTYPE html><html><body>Sign in</body></html>"],
  ["that is JSON", '{"Snapshots": []}'],
  ["that is nothing", ""],
  ["with a document type", '<!DOCTYPE a [<!ENTITY b "c">]><DescribeSnapshotsResponse/>'],
  ["with two lists", "<DescribeSnapshotsResponse><snapshotSet/><snapshotSet/></DescribeSnapshotsResponse>"],
  [
    "with two ids of one snapshot",
    "<DescribeSnapshotsResponse><snapshotSet><item><snapshotId>a</snapshotId><snapshotId>b</snapshotId></item></snapshotSet></DescribeSnapshotsResponse>",
  ],
  ["with elements in a text", "<DescribeSnapshotsResponse><nextToken>a<b/></nextToken></DescribeSnapshotsResponse>"],
  ["with text between elements", "<DescribeSnapshotsResponse>a<nextToken/></DescribeSnapshotsResponse>"],
  ["with more after it", "<DescribeSnapshotsResponse/><DescribeSnapshotsResponse/>"],
  ["with an unknown entity", "<DescribeSnapshotsResponse><nextToken>&bomb;</nextToken></DescribeSnapshotsResponse>"],
  ["with no character", "<DescribeSnapshotsResponse><nextToken>&#x110000;</nextToken></DescribeSnapshotsResponse>"],
  ["that is deep", `<DescribeSnapshotsResponse>${"<a>".repeat(64)}${"</a>".repeat(64)}</DescribeSnapshotsResponse>`],
])("an answer %s is refused", (_, xml) => {
  expect(() => readSnapshotPage(xml)).toThrow(expect.objectContaining({ name: "XmlError" }));
});

/** The same fields, by the SDK. */
async function readBySdk(xml: string): Promise<Ec2SnapshotPage> {
  const { Snapshots, NextToken } = await answeringClient(xml).send(new DescribeSnapshotsCommand({}));
  const pick = <T extends object, Key extends keyof T>(from: T, keys: readonly Key[]): Pick<T, Key> =>
    Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as Pick<T, Key>;
  return {
    ...(Snapshots === undefined
      ? {}
      : {
          Snapshots: Snapshots.map((each) =>
            pick(each, [
              "SnapshotId",
              "VolumeId",
              "State",
              "StateMessage",
              "StartTime",
              "Description",
              "VolumeSize",
              "Tags",
            ]),
          ),
        }),
    ...(NextToken === undefined ? {} : { NextToken }),
  };
}

/** As `<item>x<snapshotId>`, which the SDK takes for the item. */
function hasTextBetween(xml: string): boolean {
  return /(?:^|>)[ \t]+<|<item>\s*[^\s<]/.test(xml);
}

function numeric(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 0xd800 && code <= 0xdfff ? character : `&#${code};`;
}

/** As `&#71076;`, which the SDK takes for another character: a change can make one of two that stand side by side. */
function hasHighNumber(xml: string): boolean {
  const numbers = [...xml.matchAll(/&#(x[0-9a-f]+|\d+);/gi)].map(([, number = ""]) =>
    Number(number.replace(/^x/i, "0x")),
  );
  return numbers.some((number) => number > 0xffff);
}
