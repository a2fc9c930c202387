import { expect, test } from "vitest";
import { readPingUrl } from "./ping-url.ts";
import { annotationKeys, defaultRuleSettings } from "./rule-settings.ts";

const context = {
  keys: annotationKeys("backup.kubernetes.io/deltas"),
  settings: defaultRuleSettings("k8s-snapshots"),
};
const url = "https://hc.example/secret?key=1";

function read(written: string | undefined, namespace: string | undefined): ReturnType<typeof readPingUrl> {
  const about = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    name: "data",
    uid: "u",
    creationTimestamp: "",
  } as const;
  return readPingUrl(written, namespace === undefined ? about : { ...about, namespace }, context);
}

test.each([[undefined], ["k8s-snapshots"], ["kube-system"]])("is in force in namespace %s", (namespace) => {
  expect(read(url, namespace)).toEqual({ url, warnings: [] });
});

test("is ignored in namespaces that nobody trusts, with a warning that does not repeat it", () => {
  expect(read(url, "shop")).toEqual({
    url: undefined,
    warnings: [
      "annotation backup.kubernetes.io/ping-url is ignored: namespace shop is not one of those that the operator trusts; see TRUSTED_NAMESPACES",
    ],
  });
});

test.each(["ftp://hc.example", "hc.example/1", "", "javascript:alert(1)"])("is ignored where it is %j", (written) => {
  expect(read(written, undefined)).toMatchObject({ url: undefined, warnings: [expect.stringContaining("no http")] });
});

test("is none where none is written", () => {
  expect(read(undefined, "shop")).toEqual({ url: undefined, warnings: [] });
});
