import { expect, it } from "vitest";
import { projectAddress } from "../project/project-address.ts";
import { publishSteps } from "./publish-commands.ts";

const release = { version: "0.2.0", commit: "a".repeat(40), date: 0, tags: ["v0.2.0"], changed: [] };
const address = projectAddress("https://github.com/Acme/k8s-snapshots");
const parts = {
  tarballs: ["/r/k8s-snapshots-backend-api-0.2.0.tgz"],
  images: ["/r/amd64.oci.tar", "/r/arm64.oci.tar"],
  chart: "/r/k8s-snapshots-0.2.0.tgz",
  files: ["/r/SHA256SUMS"],
  notes: "/r/notes.md",
};
const linesOf = (version: string, given: typeof parts | Omit<typeof parts, "chart"> = parts): string[] =>
  publishSteps({ ...release, version }, given, address).flatMap(({ commands }) =>
    commands.map(({ program, words }) => [program, ...words].join(" ")),
  );

it("publishes packages with provenance, one image of two platforms, the chart, and tells of it last", () => {
  expect(linesOf("0.2.0")).toEqual([
    "npm publish /r/k8s-snapshots-backend-api-0.2.0.tgz --access public --provenance --tag latest",
    "buildah manifest create --amend localhost/k8s-snapshots-release:0.2.0",
    "buildah manifest add localhost/k8s-snapshots-release:0.2.0 oci-archive:/r/amd64.oci.tar",
    "buildah manifest add localhost/k8s-snapshots-release:0.2.0 oci-archive:/r/arm64.oci.tar",
    "buildah manifest push --all localhost/k8s-snapshots-release:0.2.0 docker://ghcr.io/acme/k8s-snapshots:0.2.0",
    "buildah manifest push --all localhost/k8s-snapshots-release:0.2.0 docker://ghcr.io/acme/k8s-snapshots:latest",
    "helm push /r/k8s-snapshots-0.2.0.tgz oci://ghcr.io/acme/charts",
    "gh release create v0.2.0 --verify-tag --title v0.2.0 --notes-file /r/notes.md /r/SHA256SUMS",
  ]);
});

it("calls nothing the latest that is a preview", () => {
  const lines = linesOf("0.2.0-rc.1");
  expect(lines.join("\n")).not.toContain("latest");
  expect(lines[0]).toContain("--tag next");
  expect(lines.at(-1)).toContain("--prerelease");
});

it("asks before each thing that can be published but once", () => {
  const checks = publishSteps(release, parts, address).flatMap(({ unless }) =>
    unless ? [unless.words.join(" ")] : [],
  );
  expect(checks).toEqual(["view @k8s-snapshots/backend-api@0.2.0 version", "release view v0.2.0"]);
});
