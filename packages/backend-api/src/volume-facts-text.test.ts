import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VolumeFacts } from "./volume-facts.ts";
import { readVolumeFacts, volumeFactsOf, volumeInLabels, volumeLabels, writeVolumeFacts } from "./volume-facts-text.ts";

const facts: VolumeFacts = {
  volumeMode: "Filesystem",
  accessModes: ["ReadWriteOnce", "ReadOnlyMany"],
  capacity: "10Gi",
  fsType: "ext4",
  csiDriver: "ebs.csi.aws.com",
  zones: ["eu-west-1a", "eu-west-1b"],
  claim: { namespace: "team", name: "data-0" },
  storageClass: "gp3",
  persistentVolume: "pvc-1",
};

const text =
  "1 mode=Filesystem access=RWO+ROX size=10Gi fs=ext4 driver=ebs.csi.aws.com zone=eu-west-1a+eu-west-1b " +
  "claim=team/data-0 class=gp3 pv=pvc-1";

describe("the facts of a volume", () => {
  it("are one text that people can read, and come back", () => {
    expect(writeVolumeFacts(facts, 256)).toBe(text);
    expect(readVolumeFacts(text)).toEqual(facts);
    expect(volumeLabels(facts, 256)).toEqual({ "k8s-snapshots/volume": text });
    expect(volumeInLabels({ "k8s-snapshots/volume": text })).toEqual({ volume: facts });
  });

  it("tell a volume without a class from one whose class is not known", () => {
    expect(readVolumeFacts(writeVolumeFacts({ storageClass: "" }, 256))).toEqual({ storageClass: "" });
    expect(readVolumeFacts(writeVolumeFacts({ fsType: "xfs" }, 256))).toEqual({ fsType: "xfs" });
  });

  it("are nothing where nothing is known", () => {
    expect(writeVolumeFacts({}, 256)).toBeUndefined();
    expect(writeVolumeFacts(undefined, 256)).toBeUndefined();
    expect(volumeLabels(undefined, 256)).toEqual({});
    expect(volumeInLabels({})).toEqual({});
  });

  it("lose those that do not fit, whole, and keep shorter ones that come after", () => {
    const claim = { namespace: "team", name: "c".repeat(253) };
    expect(readVolumeFacts(writeVolumeFacts({ ...facts, claim }, 256))).toEqual(without(facts, "claim"));
  });

  it("fit wherever they are put, and each is what it was or absent", () => {
    const word = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    const arbitrary = fc.record(
      {
        volumeMode: fc.constantFrom("Filesystem", "Block"),
        accessModes: fc.subarray(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"] as const, {
          minLength: 1,
        }),
        capacity: fc.constantFrom("1", "10Gi", "1.5Ti", "5e9", "100m"),
        fsType: word,
        csiDriver: word,
        zones: fc.array(word, { minLength: 1, maxLength: 8 }),
        claim: fc.record({ namespace: word, name: word }),
        storageClass: fc.oneof(fc.constant(""), word),
        persistentVolume: word,
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<VolumeFacts>;
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 0, max: 700 }), (given, longest) => {
        const written = writeVolumeFacts(given, longest);
        expect(written?.length ?? 0).toBeLessThanOrEqual(longest);
        expect(written ?? "").toMatch(/^[A-Za-z0-9 ._:/=+@-]*$/);
        expect(given).toMatchObject(readVolumeFacts(written) ?? {});
        expect(readVolumeFacts(writeVolumeFacts(given, 2_000)) ?? {}).toEqual(given);
      }),
    );
  });
});

describe("what is no fact", () => {
  it("is left out, whatever it is, and the others stay", () => {
    const cluster = {
      volumeMode: "Tape",
      accessModes: ["ReadWriteOnce", "ReadNever"],
      capacity: { value: 10 },
      fsType: "ext4 class=fast",
      csiDriver: "ebs.csi.aws.com",
      zones: "eu-west-1a",
      claim: { namespace: "team/other", name: "data" },
      storageClass: undefined,
      persistentVolume: "p".repeat(254),
    };
    expect(volumeFactsOf(cluster)).toEqual({ csiDriver: "ebs.csi.aws.com" });
    expect(volumeFactsOf({ claim: null, zones: [] })).toBeUndefined();
  });

  it("is not written, although the compiler was told otherwise", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(facts)), fc.anything()), (given) => {
        const read = readVolumeFacts(writeVolumeFacts(given as VolumeFacts, 1_000));
        expect(read).toEqual(volumeFactsOf(given));
      }),
    );
  });

  it.each([
    ["of another version", text.replace("1 ", "2 ")],
    ["no text", 7],
    ["empty", ""],
    ["too long", `${text} note=${"x".repeat(2_000)}`],
    ["of nothing that is known", "1 colour=green"],
  ])("is not read: %s", (_, written) => {
    expect(readVolumeFacts(written)).toBeUndefined();
  });

  it.each([
    ["a key that is new", `${text} colour=green`, facts],
    ["a fact that is there twice", `${text} class=io2`, without(facts, "storageClass")],
    ["a value that cannot be", text.replace("size=10Gi", "size=plenty"), without(facts, "capacity")],
    ["a claim of three names", text.replace("team/data-0", "team/data/0"), without(facts, "claim")],
    ["more zones than there are", text.replace("eu-west-1b", "z+".repeat(9)), without(facts, "zones")],
  ])("is left out when read: %s", (_, written, read) => {
    expect(readVolumeFacts(written)).toEqual(read);
  });
});

function without(all: VolumeFacts, fact: keyof VolumeFacts): VolumeFacts {
  const { [fact]: _, ...others } = all;
  return others;
}
