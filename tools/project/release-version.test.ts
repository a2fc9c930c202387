import { expect, it } from "vitest";
import { withChartVersion, withVersion } from "./release-version.ts";

it.each([
  ["docker build -t k8s-snapshots:0.1.0 .", "docker build -t k8s-snapshots:0.2.0 ."],
  ["-t k8s-snapshots:0.1.0-arm64 .", "-t k8s-snapshots:0.2.0-arm64 ."],
  ["image: ghcr.io/acme/k8s-snapshots:0.2.0-rc.1", "image: ghcr.io/acme/k8s-snapshots:0.2.0"],
  ["FROM scratch\nARG VERSION=0.1.0\nARG REVISION=unknown", "FROM scratch\nARG VERSION=0.2.0\nARG REVISION=unknown"],
  ["    newTag: 0.1.0\n", "    newTag: 0.2.0\n"],
  ['"@k8s-snapshots/backend-api": "^0.1.0"', '"@k8s-snapshots/backend-api": "^0.2.0"'],
  ['"name": "backend-tar", "version": "0.1.0", "vitest": "^5.1.0"', undefined],
])("%j names the release: %j", (text, expected = text) => {
  expect(withVersion(text, "0.2.0")).toBe(expected);
});

it("gives a chart the version of its program", () => {
  const chart = 'apiVersion: v2\nname: k8s-snapshots\nversion: 0.1.0\nappVersion: "0.1.0"\n';
  expect(withChartVersion(chart, "0.2.0")).toBe(chart.replaceAll("0.1.0", "0.2.0"));
});
