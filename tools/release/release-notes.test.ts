import { expect, it } from "vitest";
import { releaseNotes } from "./release-notes.ts";

const daemon = `# @k8s-snapshots/daemon

## 0.2.0

### Minor Changes

- abc1234: A setting more.

### Patch Changes

- Updated dependencies [abc1234]
  - @k8s-snapshots/retention@0.2.0
- @k8s-snapshots/scheduler@0.2.0
  - @k8s-snapshots/k8s-source@0.2.0

## 0.1.0

### Minor Changes

- The first.
`;
const retention =
  "# @k8s-snapshots/retention\n\n## 0.2.0\n\n### Patch Changes\n\n- Updated dependencies\n  - a@0.2.0\n";

it("tells what changed in each package, without the packages that only moved along", () => {
  const changelogs = new Map([
    ["@k8s-snapshots/daemon", daemon],
    ["@k8s-snapshots/retention", retention],
    ["@k8s-snapshots/scheduler", "# s\n\n## 0.2.0\n\nNo changes in this release.\n"],
  ]);
  expect(releaseNotes(changelogs, "0.2.0")).toBe(
    "## @k8s-snapshots/daemon\n\n### Minor Changes\n\n- abc1234: A setting more.\n",
  );
  expect(releaseNotes(changelogs, "0.2.1")).toContain("nothing in them has changed");
});
