import { expect, it } from "vitest";
import { signersFor } from "./signers.ts";

it("signs with the keys that the environment names, and with no other", () => {
  expect(signersFor("SHA256SUMS", {})).toEqual([]);
  expect(signersFor("SHA256SUMS", { COSIGN_KEY: "", RELEASE_GPG_KEY: "ABCD" })).toEqual([
    { program: "gpg", words: expect.arrayContaining(["ABCD", "SHA256SUMS"]), signature: "SHA256SUMS.asc" },
  ]);
  const all = signersFor("SHA256SUMS", { COSIGN_KEY: "a.key", MINISIGN_KEY_FILE: "b.key", RELEASE_GPG_KEY: "ABCD" });
  expect(all.map(({ program }) => program)).toEqual(["cosign", "minisign", "gpg"]);
});
