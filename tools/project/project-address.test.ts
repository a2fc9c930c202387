import { expect, it } from "vitest";
import { imageOf, moveAddress, projectAddress } from "./project-address.ts";

const former = projectAddress("https://github.com/Acme/k8s-snapshots");
const today = projectAddress({ type: "git", url: "git+https://github.com/someone/snapshots.git" });

it("reads the address from each form that npm allows, and refuses what is not on GitHub", () => {
  expect(today).toEqual({ url: "https://github.com/someone/snapshots", owner: "someone", path: "someone/snapshots" });
  expect(() => projectAddress("https://example.org/k8s-snapshots")).toThrow("give https://github.com/OWNER/NAME");
  expect(() => projectAddress(undefined)).toThrow("repository is undefined");
});

it("moves all that names the project, and nothing else", () => {
  const moved = (text: string): string => moveAddress(text, former, today);
  expect(moved("git clone https://github.com/Acme/k8s-snapshots.git")).toBe(
    "git clone https://github.com/someone/snapshots.git",
  );
  expect(moved("see https://github.com/Acme/k8s-snapshots/issues.")).toBe(
    "see https://github.com/someone/snapshots/issues.",
  );
  expect(moved("at https://github.com/Acme/k8s-snapshots.")).toBe("at https://github.com/someone/snapshots.");
  expect(moved("image: ghcr.io/acme/k8s-snapshots:0.1.0")).toBe("image: ghcr.io/someone/snapshots:0.1.0");
  expect(moved("* @Acme/maintainers")).toBe("* @someone/maintainers");
  const others =
    "https://github.com/Acme/k8s-snapshots-site ghcr.io/acme/k8s-snapshots-x https://github.com/b/k8s-snapshots";
  expect(moved(others)).toBe(others);
});

it("names the image in lower case", () => {
  expect(imageOf(former)).toBe("ghcr.io/acme/k8s-snapshots");
});
