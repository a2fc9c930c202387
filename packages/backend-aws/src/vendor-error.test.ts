import { describe, expect, test } from "vitest";
import { readVendorError, safeWords } from "./vendor-error.ts";

describe("others' words", () => {
  test.each([
    ["a key", "with AKIAIOSFODNN7EXAMPLE.", "with (access key)."],
    ["a secret", "key wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY0000 is", "key (left out) is"],
    ["a token", "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln expired", "token (token) expired"],
    [
      "a signed request",
      "Signature=0123, Credential=me/2026, host",
      "Signature=(left out), Credential=(left out), host",
    ],
    ["a signed header", "X-Amz-Security-Token:abc host", "X-Amz-Security-Token=(left out) host"],
    [
      "what only an administrator can decode",
      "Not authorized to perform: ec2:CreateSnapshot. Encoded authorization failure message: abc-def_ghi",
      "Not authorized to perform: ec2:CreateSnapshot.",
    ],
  ])("are shown without %s", (_, text, expected) => {
    expect(safeWords(text)).toBe(expected);
  });

  test.each([
    "User: arn:aws:sts::123456789012:assumed-role/k8s-snapshots/aws-sdk-js-session-1764286800000 is not authorized",
    "The key arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab is disabled.",
    "No OpenIDConnect provider for https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
    "The snapshot 'snap-0123456789abcdef0' does not exist.",
  ])("keep what helps: %s", (text) => {
    expect(safeWords(text)).toBe(text);
  });

  test("are one line, and bounded, however long", () => {
    expect(safeWords("a\n\n  b\t")).toBe("a b");
    expect(safeWords("word ".repeat(1_000_000)).length).toBeLessThanOrEqual(501);
    expect(safeWords(" ".repeat(100_000))).toBe("");
    // Would take minutes, were it not cut before it is searched.
    expect(safeWords("eyJ".repeat(400_000)).length).toBeLessThanOrEqual(501);
  });
});

test.each<[unknown]>([[undefined], [null], ["no"], [{}], [{ name: 1, message: [], $metadata: "x", $response: 7 }]])(
  "an error that is %j is read, whatever it is",
  (error) => {
    expect(readVendorError(error)).toMatchObject({ name: "Error", words: "", status: undefined });
  },
);
