import { describe, expect, test } from "vitest";
import { parseGceConfig } from "./gce-config.ts";

const contents = JSON.stringify({ type: "service_account", client_email: "snapshots@example.iam" });

describe("parseGceConfig", () => {
  test("leaves all to Google's defaults where nothing is set", () => {
    expect(parseGceConfig({})).toEqual({
      project: undefined,
      credentials: undefined,
      keyFilename: undefined,
      endpoint: undefined,
      universeDomain: undefined,
      snapshotOptions: {},
      metadataServer: "http://metadata.google.internal",
    });
  });

  test.each([
    "GCLOUD_CREDENTIALS_FILE",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GCLOUD_JSON_KEYFILE_STRING",
    "GCLOUD_JSON_KEYFILE_NAME",
  ])("%s is a path or the contents of a file", (variable) => {
    expect(parseGceConfig({ [variable]: "/secrets/key.json" })).toMatchObject({
      keyFilename: "/secrets/key.json",
      credentials: undefined,
    });
    expect(parseGceConfig({ [variable]: ` ${contents}` })).toMatchObject({
      keyFilename: undefined,
      credentials: { client_email: "snapshots@example.iam" },
    });
  });

  test("contents that are no JSON are refused, without showing them", () => {
    const parse = (): unknown => parseGceConfig({ GOOGLE_APPLICATION_CREDENTIALS: '{"private_key": "a secret' });
    expect(parse).toThrow(/^GOOGLE_APPLICATION_CREDENTIALS must be a path, or the contents of a credentials file/);
    expect(parse).not.toThrow(/a secret/);
  });

  test("GCLOUD_PROJECT goes before GOOGLE_CLOUD_PROJECT", () => {
    expect(parseGceConfig({ GOOGLE_CLOUD_PROJECT: "b" }).project).toBe("b");
    expect(parseGceConfig({ GOOGLE_CLOUD_PROJECT: "b", GCLOUD_PROJECT: "a" }).project).toBe("a");
  });

  test.each([
    "localhost:80",
    "ftp://localhost",
    "http://user:secret@localhost",
    "http://localhost/secret/path",
    "https://localhost?key=secret",
  ])("the endpoint %s is refused", (url) => {
    const parse = (): unknown => parseGceConfig({ GOOGLE_COMPUTE_CUSTOM_ENDPOINT: url });
    expect(parse).toThrow(/^GOOGLE_COMPUTE_CUSTOM_ENDPOINT must be a URL/);
    expect(parse).not.toThrow(/secret/);
  });

  test.each(["localhost", "https://example.goog", "example.goog/"])("the universe %s is refused", (domain) => {
    const parse = (): unknown => parseGceConfig({ GOOGLE_CLOUD_UNIVERSE_DOMAIN: domain });
    expect(parse).toThrow(/^GOOGLE_CLOUD_UNIVERSE_DOMAIN must be the name of a domain/);
  });

  test.each([
    "GCLOUD_SNAPSHOT_STORAGE_LOCATION",
    "GCLOUD_SNAPSHOT_TYPE",
    "GCLOUD_SNAPSHOT_GUEST_FLUSH",
    "GCLOUD_SNAPSHOT_KMS_KEY",
  ])("%s is refused by its name where it is malformed", (variable) => {
    expect(() => parseGceConfig({ [variable]: "!" })).toThrow(new RegExp(`^${variable} must be `));
  });

  test("says where the metadata server is, and whether to ask it", () => {
    expect(parseGceConfig({ GCE_METADATA_HOST: "127.0.0.1:8080" }).metadataServer).toBe("http://127.0.0.1:8080");
    expect(parseGceConfig({ METADATA_SERVER_DETECTION: "none" }).metadataServer).toBeUndefined();
  });
});
